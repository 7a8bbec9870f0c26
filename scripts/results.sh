#!/usr/bin/env bash
# Trains and scores every row of the README's results: scripts/results.sh MULTI30K TATOEBA [ROW...]
#
# MULTI30K holds train, val and test_2016_flickr, .en and .de; TATOEBA holds train.tsv and dev.tsv, English–Korean.
# A row is one of: bundled, multi30k, tatoeba. Without any, all of them.
set -euo pipefail
multi30k=${1:?"the directory of Multi30k"} tatoeba=${2:?"the directory of Tatoeba"}
shift 2

bundled() {
  seq2seq train
  seq2seq evaluate --model saved_models/en-ko --beam-size 5
}

multi30k() {
  seq2seq train --source "$multi30k/train.en" --target "$multi30k/train.de" \
    --dev-source "$multi30k/val.en" --dev-target "$multi30k/val.de" --output saved_models/en-de
  seq2seq evaluate --model saved_models/en-de --beam-size 5 \
    --source "$multi30k/test_2016_flickr.en" --target "$multi30k/test_2016_flickr.de"
}

tatoeba() {
  seq2seq train "$tatoeba/train.tsv" --dev "$tatoeba/dev.tsv" --output saved_models/tatoeba
  seq2seq evaluate "$tatoeba/dev.tsv" --model saved_models/tatoeba --beam-size 5
}

for row in ${@:-bundled multi30k tatoeba}; do
  "$row"
done
