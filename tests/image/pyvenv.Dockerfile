# The base has a Python, but neither ensurepip nor pip. `pyvenv` is our binary
# with pip's wheel appended.
FROM localhost/python AS build
ARG SOURCE_DATE_EPOCH
ENV PYTHONDONTWRITEBYTECODE=1
COPY pyvenv /usr/local/bin/
RUN ["pyvenv", "--with-pip", "/opt/venv"]
COPY hello-1.0-py3-none-any.whl /wheels/
RUN ["/opt/venv/bin/pip", "install", "--no-index", "/wheels/hello-1.0-py3-none-any.whl"]
USER 1000:1000
RUN ["/opt/venv/bin/hello", "from", "the", "build"]

# Python and its libraries, no shell.
FROM localhost/distroless AS final
COPY --from=build /opt/venv /opt/venv

FROM final
COPY activate-run /usr/bin/
USER 1000:1000
ENTRYPOINT ["activate-run", "/opt/venv", "hello"]
