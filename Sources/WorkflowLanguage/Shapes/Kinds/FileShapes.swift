extension KindCatalog.Kind {
    /// `file`: what is done with files of the step's folder.
    static let file = KindCatalog.Kind(
        "file",
        "Checks, packs, unpacks, converts, copies, moves and deletes files, each whole or not at all, never outside the step's folder.",
        parameters: [
            KeyTable.Key(
                "action",
                .templated(
                    .choice([
                        "validate", "checksum", "extract", "compress", "optimise", "convert", "copy", "move", "delete",
                    ])), isRequired: true, "What is done."),
            KeyTable.Key("path", .templated(.text), isRequired: true, "The file, or the folder."),
            KeyTable.Key("to", .templated(.text), "The file or folder that is made; its folders are made, too."),
            KeyTable.Key(
                "format", .templated(.text), default: "by the ending of `to`",
                "`compress`: tar, tar.gz, tar.xz, tar.zst, zip, gz, xz, zst. `convert`, `validate`: json, yaml, csv; without it or"
                    + " `schema`, `validate` looks at bytes alone."),
            KeyTable.Key(
                "from", .templated(.choice(["json", "yaml", "csv"])), default: "by the ending of `path`",
                "`convert`: the form of the file."),
            KeyTable.Key(
                "schema", .either([.text, .dictionary(keys: .nonEmpty, values: .anything)]),
                "`validate`: the JSON Schema that the file's content must fit: the path of a file, or the schema itself."
            ),
            KeyTable.Key("separator", .templated(.text), default: ",", "`convert`: what separates fields of CSV."),
            KeyTable.Key(
                "sha256", .templated(.text), "`validate`, `checksum`: the SHA-256 that the file must have."),
            KeyTable.Key("minimum-size", .templated(.integer(0 ... .max)), default: "0", "`validate`: in bytes."),
            KeyTable.Key("maximum-size", .templated(.integer(0 ... .max)), "`validate`: in bytes."),
            KeyTable.Key(
                "limit", .templated(.integer(1...(1 << 44))), default: "1073741824",
                "`extract`: the most bytes that the archive may hold."),
            KeyTable.Key(
                "entries", .templated(.integer(1...100_000_000)), default: "100000",
                "`extract`: the most entries that it may have."),
            KeyTable.Key(
                "level", .templated(.integer(1...19)), "`compress`: how hard it tries; gzip and xz know 9 levels."),
            KeyTable.Key(
                "overwrite", .templated(.boolean), default: "false", "Whether what is there already is replaced."),
            KeyTable.Key(
                "recursive", .templated(.boolean), default: "false", "`delete`: a folder with all that is in it."),
            KeyTable.Key(
                "outside", .templated(.boolean), default: "false", "Whether paths may lead out of the step's folder."),
        ],
        outputs: [
            ("path", "what was made, checked or deleted"), ("size", "its size in bytes"),
            ("sha256", "`checksum`: the sum; also `sha512`"),
            ("files", "how many files were packed, unpacked or copied"),
            ("records", "`convert`, `validate`: how many items the list has"), ("format", "the form that was written"),
            ("deleted", "`delete`: whether there was something"),
        ],
        example: """
            steps:
              - run: printf 'item,price\\npen,2\\nbook,7\\n' > prices.csv
              - uses: file
                with: {action: convert, path: prices.csv, to: out/prices.json}
              - uses: file
                with: {action: compress, path: out, to: prices.tar.gz}
              - id: sum
                uses: file
                with: {action: checksum, path: prices.tar.gz}
              - uses: log
                with: {message: "${{ steps.sum.outputs.size }} bytes, ${{ steps.sum.outputs.sha256 }}"}

            """)
}
