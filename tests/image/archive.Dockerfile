# An environment that `pyvenv --root --archive tar` made of the final image's
# own files, where it was not unpacked: nothing is run in this build.
FROM localhost/distroless AS final
ADD env.tar /

FROM final
COPY activate-run /usr/bin/
USER 1000:1000
ENTRYPOINT ["activate-run", "/opt/venv", "hello"]
