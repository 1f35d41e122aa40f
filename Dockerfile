# All of Millrace in one image; the command says which service it is. `./millrace` makes the folder that goes into it:
#   ./millrace config >/dev/null && docker build -t millrace .
ARG BASE=eclipse-temurin:25-jre
FROM ${BASE}

# A user of its own; its folder is the only one that is written to.
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/millrace millrace
COPY standalone/target/millrace /opt/millrace
RUN ln -s /opt/millrace/millrace /usr/local/bin/millrace

USER millrace
WORKDIR /var/lib/millrace
VOLUME /var/lib/millrace
EXPOSE 8080 8081
ENTRYPOINT ["/opt/millrace/millrace"]
CMD ["--help"]
