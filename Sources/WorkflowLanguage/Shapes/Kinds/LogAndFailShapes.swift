extension KindCatalog.Kind {
    /// `log`: a line.
    static let log = KindCatalog.Kind(
        "log", "Writes a line to the run's log.",
        parameters: [
            KeyTable.Key("message", .templated(.text), isRequired: true, "The line."),
            KeyTable.Key(
                "level", .templated(.choice(["debug", "info", "warning", "error"])), default: "info",
                "How much it matters. Others than `info` stand before the line: `warning: …`."),
            KeyTable.Key(
                "fields", .dictionary(keys: .inputName, values: .anything), default: "{}",
                "What stands behind the line, as ` NAME=VALUE` each, in the order of the names."),
        ], outputs: [("message", "the message")],
        example: """
            steps:
              - uses: log
                with: {message: "run ${{ run.id }} has begun", level: debug, fields: {workflow: "${{ workflow.name }}"}}

            """)

    /// `fail`: a failure.
    static let fail = KindCatalog.Kind(
        "fail", "Fails, with a message.",
        parameters: [
            KeyTable.Key(
                "message", .templated(.text), default: "the workflow says that this is a failure",
                "Why the step fails."),
            KeyTable.Key(
                "class", .templated(.formatted(.errorClass)), default: "fail",
                "The class of the error, which `retry.on` selects by, and `steps.ID.error.class` and statistics have."),
        ],
        example: """
            inputs: {day: {type: string, default: today}}
            steps:
              - uses: fail
                if: ${{ inputs.day == '' }}
                with: {message: "no day was given", class: incomplete}

            """)
}

extension TextFormat {
    /// The class of an error.
    static let errorClass = TextFormat(
        "a class of errors: lower-case letters, digits and `-`, a letter first", plural: "classes of errors",
        pattern: "^[a-z][a-z0-9-]*$", maximumLength: 50)
}
