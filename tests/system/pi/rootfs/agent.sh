#!/bin/bash
# The test's hand in the guest: reads lines "NUMBER BASE64-OF-A-SCRIPT" from the serial line that is
# its stdin, runs each script and answers "<NUMBER EXIT-CODE> BASE64-OF-GZIP-OF-ITS-OUTPUT <end NUMBER>".
stty raw -echo
echo '<agent>'
while read -r number script; do
  base64 -d <<<"$script" >/run/agent-script
  bash /run/agent-script </dev/null >/run/agent-output 2>&1
  code=$?
  printf '<%s %s>\n' "$number" "$code"
  gzip -1 -c /run/agent-output | base64
  printf '<end %s>\n' "$number"
done
