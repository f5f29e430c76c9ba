#!/bin/sh
# Twilio's official SDK for Node through the fifteen operations, against the sandbox: what it puts on
# the wire, one JSON line each. Needs node and npm, and the network for `npm install twilio` into a
# folder of its own. Fails if the sandbox refuses one, or the SDK cannot read an answer.
#
#   sh spec/bench/node_operations.sh
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh

mkdir -p .build/node
npm install --silent --prefix .build/node twilio >/dev/null
start_sandbox >/dev/null
export NODE_PATH=.build/node/node_modules NODE_EXTRA_CA_CERTS="$SANDBOX_CA"

echo "twilio $(sed -n 's/.*"version": "\(.*\)".*/\1/p' .build/node/node_modules/twilio/package.json)" \
  "on node $(node --version)" >&2
node spec/bench/node_operations.js "$SANDBOX_URL" "$TWILIO_ACCOUNT_SID" "$TWILIO_AUTH_TOKEN"
