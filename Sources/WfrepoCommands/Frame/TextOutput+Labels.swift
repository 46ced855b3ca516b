/// Lines that begin with what they are, as git's do. The text behind the label is made visible here.
extension TextOutput {
    /// What somebody may want to know.
    func note(_ text: String) { writeLine("note:", .yellow, text) }

    /// What is not as it should be, though the command goes on.
    func warning(_ text: String) { writeLine("warning:", .yellow, text) }

    /// What stands in a workflow's way.
    func problem(_ text: String) { writeLine("problem:", .red, text) }

    /// What is not let through.
    func refusal(_ text: String) { writeLine("refused:", .red, text) }

    /// What to do or type next.
    func hint(_ text: String) { writeLine("hint:", .yellow, text) }

    /// What stopped a command, then what to do.
    func report(_ failure: CommandFailure) {
        writeLine("\(styled("wfrepo:", .bold, .red)) \(visible(failure.message))")
        if let text = failure.hint { hint(text) }
    }

    private func writeLine(_ label: String, _ style: Style, _ text: String) {
        writeLine("\(styled(label, style)) \(visible(text))")
    }
}
