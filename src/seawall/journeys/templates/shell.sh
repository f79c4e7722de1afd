# Check out the whole history; BASE is the target branch of a change, empty for a full scan.
pip install --quiet "seawall==@VERSION@"
seawall scan ${BASE:+--since "$BASE"}
