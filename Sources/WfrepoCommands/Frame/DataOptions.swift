import ArgumentParser
import DocumentTree

/// Data that a person or a script gives a run.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Data, as JSON.", valueName: "json"))
    var data: String?

    @Option(
        help: ArgumentHelp("Read the data from a file; '-' is standard input.", valueName: "file"), completion: .file())
    var dataFile: String?

    func validate() throws {
        if data != nil, dataFile != nil { throw ValidationError("Give --data or --data-file, not both.") }
    }

    /// The data; nil where there is none.
    func value(in context: CommandContext) throws -> Value? {
        guard let text = try data ?? dataFile.map({ String(decoding: try context.readFile($0), as: UTF8.self) }) else {
            return nil
        }
        do throws(DocumentError) {
            return try Value(json: text, name: dataFile ?? "--data")
        } catch {
            throw CommandFailure(
                "\(error.name):\(error.position): \(error.message)",
                hint: "it must be JSON, such as '{\"tag\": \"v7\"}' or '\"yes\"'", status: .usage)
        }
    }
}
