#!/bin/sh
# Keeps the certificate that is there; makes a self-signed one at the first start, and anew before it ends.
set -eu
cd /etc/nginx/certificates
own_issuer='Tickwatch self-signed'

make_certificate() {
  umask 077
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 397 \
    -subj "/O=$own_issuer/CN=localhost" -addext "subjectAltName=$CERTIFICATE_NAMES" \
    -addext 'basicConstraints=critical,CA:FALSE' -addext 'extendedKeyUsage=serverAuth' \
    -keyout tls.key.new -out tls.crt.new 2>/dev/null
  mv tls.key.new tls.key
  mv tls.crt.new tls.crt
  echo "nginx: made a self-signed certificate for $CERTIFICATE_NAMES, valid until $(openssl x509 -in tls.crt -noout -enddate | cut -d= -f2)"
}

if [ ! -e tls.crt ] && [ ! -e tls.key ]; then
  make_certificate
fi
for file in tls.crt tls.key; do
  [ -r "$file" ] || { echo "nginx: refusing to start: certificates/$file is missing, or user $(id -u) may not read it" >&2; exit 64; }
done
if [ "$(openssl x509 -in tls.crt -noout -pubkey)" != "$(openssl pkey -in tls.key -pubout)" ]; then
  echo 'nginx: refusing to start: certificates/tls.key does not belong to certificates/tls.crt' >&2
  exit 64
fi
if ! openssl x509 -in tls.crt -noout -checkend 2592000 >/dev/null; then
  if openssl x509 -in tls.crt -noout -issuer | grep -q "$own_issuer"; then
    make_certificate
  else
    echo "nginx: warning: the certificate ends within 30 days: $(openssl x509 -in tls.crt -noout -enddate | cut -d= -f2)" >&2
  fi
fi
