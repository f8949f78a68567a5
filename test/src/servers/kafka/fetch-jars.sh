#!/bin/sh
# Fetches the jars of Apache Kafka (43 MB) from Maven Central into a folder outside the repository, once: needs mvn and Java 17.
# KAFKA_JARS names another folder.
set -eu
here=$(dirname "$0")
jars=${KAFKA_JARS:-${XDG_CACHE_HOME:-$HOME/.cache}/tickwatch/kafka-jars}
# What was fetched for another version is fetched again.
if cmp -s "$here/pom.xml" "$jars/pom.xml"; then exit 0; fi
rm -rf "$jars"
mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$jars"
cp "$here/pom.xml" "$jars/pom.xml"
