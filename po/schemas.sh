#!/bin/bash
# schemas.sh: the texts of the schemas that a person reads, as C for xgettext: names of fields, sentences of rules.
cd "$(dirname "$0")/../schemas" || exit 1
sed -nE 's/^  - name: ([a-z_]+).*/N_("\1");/p' documents/*.yaml | sort -u
sed -nE 's/^ +sentence: (".*")$/N_(\1);/p' reasons.yaml
sed -nE 's/^    text: ([^"].*)$/N_("\1");/p; s/^    text: (".*")$/N_(\1);/p' documents/*.yaml | sort -u
