extension KindCatalog.Kind {
    /// `transform`: jq programs.
    static let transform = KindCatalog.Kind(
        "transform",
        "Runs a jq program over a value, or over every JSON value of a file, in a process that is bounded in time and memory.",
        parameters: [
            KeyTable.Key("program", .text, isRequired: true, "The program, in jq's language."),
            KeyTable.Key("value", .anything, default: "null", "What it runs over."),
            KeyTable.Key(
                "file", .templated(.text),
                "A file of JSON values, such as JSON lines, each of which it runs over; instead of `value`."),
            KeyTable.Key(
                "args", .dictionary(keys: .inputName, values: .anything), default: "{}",
                "Values that are `$name` in the program."),
            KeyTable.Key("to", .templated(.text), "A file that the results are written to, a line each."),
            KeyTable.Key(
                "overwrite", .templated(.boolean), default: "false", "Whether a file that is there already is replaced."
            ),
            KeyTable.Key(
                "memory", .templated(.integer(64...65_536)), default: "1024", "How much memory it may take, in MiB."),
            KeyTable.Key("cpu", .templated(.integer(1...86_400)), default: "600", "How many seconds it may calculate."),
            KeyTable.Key(
                "outside", .templated(.boolean), default: "false", "Whether paths may lead out of the step's folder."),
        ],
        outputs: [
            ("result", "the last result"), ("results", "all results"), ("count", "how many there are"),
            ("path", "the file, where `to` is given"),
        ],
        example: """
            steps:
              - id: total
                uses: transform
                with:
                  value: [{item: pen, price: 2}, {item: book, price: 7}]
                  program: map(.price) | add
              - uses: log
                with: {message: "total: ${{ steps.total.outputs.result }}"}

            """)
}
