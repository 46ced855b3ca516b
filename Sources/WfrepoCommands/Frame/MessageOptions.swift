import ArgumentParser

/// The message of a commit.
struct MessageOptions: ParsableArguments {
    @Option(
        name: [.customShort("m", allowingJoined: true), .customLong("message")], parsing: .unconditionalSingleValue,
        help: "The commit's message; given twice, each is a paragraph.")
    var message: [String] = []

    /// The message; nil where none is given.
    var text: String? { message.isEmpty ? nil : message.joined(separator: "\n\n") }
}
