/// The table of an item of `secrets`.
public enum SecretShapes {
    /// The mapping form of an item of `secrets`.
    public static let secret = KeyTable(
        "a secret", exactlyOne: ["store", "environment", "file", "command"], companions: ["key": "file"],
        keys: [
            KeyTable.Key("name", .formatted(.variableName), isRequired: true, "The name, as in `secrets.NAME`."),
            KeyTable.Key(
                "store", .formatted(.variableName), "The name under which the repository's encrypted store has it."),
            KeyTable.Key("environment", .formatted(.variableName), "The environment variable that holds it."),
            KeyTable.Key(
                "file", .formatted(.nonEmpty), "A `.env` file that holds it; its path starts at your work tree."),
            KeyTable.Key(
                "key", .formatted(.variableName), default: "the secret's name", "Its name in the `.env` file."),
            KeyTable.Key(
                "command", .formatted(.nonEmpty),
                "A command of the shell that prints it, such as `pass show deploy/token`."),
        ])
}
