#!/usr/bin/env bash
# Trains on several GPUs of a Slurm cluster, a worker on each:
#
#   sbatch --ntasks 4 --gpus-per-task 1 deploy/slurm/train.sh pairs.tsv --output saved_models/mine
#
# The arguments are those of `seq2seq train`. The corpus and the model directory lie where all
# machines see them. To go on after a failure, add --resume.
set -euo pipefail

first_port=12000

# What each task does: it tells TensorFlow who the workers are, and which one it is.
worker='
  tasks_each=$((SLURM_NTASKS / SLURM_NNODES))
  addresses=
  for host in $(scontrol show hostnames "$SLURM_JOB_NODELIST"); do
    for task in $(seq 0 $((tasks_each - 1))); do
      addresses+="\"$host:$((FIRST_PORT + task))\","
    done
  done
  task="{\"type\": \"worker\", \"index\": $SLURM_PROCID}"
  export TF_CONFIG="{\"cluster\": {\"worker\": [${addresses%,}]}, \"task\": $task}"
  exec seq2seq train "$@"
'
FIRST_PORT=$first_port srun --ntasks-per-node "$((SLURM_NTASKS / SLURM_NNODES))" \
  bash -c "$worker" worker "$@"
