# Builds dist/bin/greet: the script with its version and commit filled in.
set -eu
mkdir -p dist/bin
sed -e "s/@VERSION@/${VERSION:-dev}/" -e "s/@COMMIT@/${COMMIT:-unknown}/" src/greet.sh >dist/bin/greet
chmod +x dist/bin/greet
sh -n dist/bin/greet
