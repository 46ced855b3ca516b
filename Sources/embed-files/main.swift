// embed-files OUTPUT ROOT...: writes a Swift file that holds the text of every file below the roots, by its path from
// the root's parent (`hooks/pre-commit`). The EmbedFiles plugin runs it at each build.
import Foundation

func fail(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("embed-files: \(message)\n".utf8))
    exit(status)
}

/// The regular files below a folder, by path from that folder.
func files(below root: URL) -> [String] {
    guard let names = FileManager.default.enumerator(atPath: root.path(percentEncoded: false)) else { return [] }
    return names.compactMap { $0 as? String }.filter { name in
        var isDirectory: ObjCBool = false
        let path = root.appending(path: name).path(percentEncoded: false)
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
    }
}

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else { fail("usage: embed-files OUTPUT ROOT...", status: 64) }

var textByPath: [String: String] = [:]
for root in arguments.dropFirst().map({ URL(filePath: $0, directoryHint: .isDirectory) }) {
    for name in files(below: root) {
        guard let text = String(data: try Data(contentsOf: root.appending(path: name)), encoding: .utf8) else {
            fail("\(root.appending(path: name).path(percentEncoded: false)): not UTF-8 text", status: 65)
        }
        textByPath["\(root.lastPathComponent)/\(name)"] = text
    }
}

let entries = textByPath.sorted { $0.key < $1.key }
    .map { path, text in "        \(path.debugDescription): \(text.debugDescription),\n" }
    .joined()
let source = """
    /// The files of `hooks/` and `templates/` as they were when the product was built.
    enum EmbeddedFiles {
        /// Each file's text, by its path from the top of the package: `hooks/pre-commit`.
        static let textByPath: [String: String] = [
    \(entries.isEmpty ? "        :\n" : entries)    ]
    }

    """
try Data(source.utf8).write(to: URL(filePath: output), options: .atomic)
