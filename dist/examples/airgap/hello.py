"""A web application, and a command that prints its page."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def page():
    return "hello from a wheel\n"


def main():
    print(app.test_client().get("/").text, end="")
