module backsoon.dev/bench/load-generator

go 1.21
