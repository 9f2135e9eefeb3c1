# The same by uv, which is given pip's wheel.
FROM localhost/python AS build
ARG SOURCE_DATE_EPOCH
ENV PYTHONDONTWRITEBYTECODE=1 UV_NO_CACHE=1 UV_OFFLINE=1
COPY uv /usr/local/bin/
COPY *.whl /wheels/
RUN ["uv", "venv", "/opt/venv"]
RUN ["uv", "pip", "install", "--python", "/opt/venv", "--no-index", "--find-links", "/wheels", "pip"]
RUN ["/opt/venv/bin/pip", "install", "--no-index", "/wheels/hello-1.0-py3-none-any.whl"]
USER 1000:1000
RUN ["/opt/venv/bin/hello", "from", "the", "build"]

FROM localhost/distroless AS final
COPY --from=build /opt/venv /opt/venv
