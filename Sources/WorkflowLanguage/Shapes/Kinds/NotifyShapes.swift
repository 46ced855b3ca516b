extension KindCatalog.Kind {
    /// `notify`: tells somebody.
    static let notify = KindCatalog.Kind(
        "notify",
        "Tells somebody, by mail through the sendmail interface, through a webhook or a command; at most so often an hour, and never critical unless it says so.",
        addresses: ["webhook"], exactlyOne: ["mail", "webhook", "command"],
        parameters: [
            KeyTable.Key("text", .templated(.text), isRequired: true, "What is said."),
            KeyTable.Key(
                "mail", .either([.text, .list(of: .text, atLeast: 1, atMost: 100)]), "The addresses that get a mail."),
            KeyTable.Key(
                "webhook", .templated(.formatted(.webAddress)),
                "The address that gets a POST; often a secret, such as `${{ secrets.CHAT_URL }}`."),
            KeyTable.Key(
                "form", .choice(["chat", "event"]), default: "chat",
                "`webhook`: `chat` posts `{\"text\": …}`, as chat services take it; `event` says besides which run, step and workflow speak."
            ),
            KeyTable.Key("json", .anything, "`webhook`: a JSON value of your own, posted instead."),
            KeyTable.Key(
                "headers", .dictionary(keys: .fieldName, values: .templated(.text)), default: "{}",
                "`webhook`: further header fields."),
            KeyTable.Key("subject", .templated(.text), default: "wfrepo", "The mail's subject."),
            KeyTable.Key("from", .templated(.text), default: "the system's", "The mail's sender."),
            KeyTable.Key("sendmail", .text, default: "/usr/sbin/sendmail", "The program that takes mails (`-t -i`)."),
            KeyTable.Key(
                "command", .text, "A command of the shell that gets the text on standard input, instead of a mail."),
            KeyTable.Key(
                "limit", .templated(.integer(1...10_000)), default: "20",
                "How many notices an hour go to the same addresses, webhook or command."),
            KeyTable.Key(
                "critical", .templated(.boolean), default: "false", "Whether the step fails where nobody could be told."
            ),
        ],
        outputs: [("sent", "whether somebody was told"), ("reason", "why not")],
        example: """
            steps:
              - id: tell
                uses: notify
                with: {command: cat, text: "${{ workflow.name }} is done"}
              - uses: log
                with: {message: "told: ${{ steps.tell.outputs.sent }}"}

            """)
}
