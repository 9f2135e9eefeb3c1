# The same by Python's own module, in a base that has Debian's python3-venv.
FROM localhost/python-venv AS build
ARG SOURCE_DATE_EPOCH
ENV PYTHONDONTWRITEBYTECODE=1
RUN ["python3", "-m", "venv", "/opt/venv"]
COPY hello-1.0-py3-none-any.whl /wheels/
RUN ["/opt/venv/bin/pip", "install", "--no-index", "/wheels/hello-1.0-py3-none-any.whl"]
USER 1000:1000
RUN ["/opt/venv/bin/hello", "from", "the", "build"]

FROM localhost/distroless AS final
COPY --from=build /opt/venv /opt/venv
