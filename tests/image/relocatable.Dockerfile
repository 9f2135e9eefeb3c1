# A relocatable environment is made in one place, for the interpreter that the
# last image has, and copied to another: first where there is a shell, which the
# scripts of wheels need, then where there is none.
FROM localhost/python AS build
ARG SOURCE_DATE_EPOCH
COPY pyvenv hello-1.0-py3-none-any.whl /build/
RUN ["/build/pyvenv", "--relocatable", "--with-pip", "--wheel", "/build/hello-1.0-py3-none-any.whl", "--python-target", "/usr/bin/python3", "/build/venv"]

FROM localhost/python AS shell
ENV PYTHONDONTWRITEBYTECODE=1
COPY --from=build ["/build/venv", "/srv/my app/env"]
USER 1000:1000
RUN ["/srv/my app/env/bin/hello", "from", "the", "build"]
RUN . "/srv/my app/env/bin/activate" && hello "in $VIRTUAL_ENV"

FROM localhost/distroless AS final
COPY --from=shell ["/srv/my app/env", "/opt/venv"]

FROM final
COPY activate-run /usr/bin/
USER 1000:1000
ENTRYPOINT ["activate-run", "/opt/venv", "python", "-m", "hello"]
