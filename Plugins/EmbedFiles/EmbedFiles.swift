import Foundation
import PackagePlugin

/// Embeds the text of every file below `hooks/` and `templates/` into the target as `EmbeddedFiles`, so that the binary
/// needs no files beside it.
@main
struct EmbedFiles: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let roots = ["hooks", "templates"].map { context.package.directoryURL.appending(path: $0) }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding hooks and templates",
                executable: try context.tool(named: "embed-files").url,
                arguments: [output.path(percentEncoded: false)] + roots.map { $0.path(percentEncoded: false) },
                inputFiles: try roots.flatMap(regularFiles(below:)),
                outputFiles: [output])
        ]
    }

    private func regularFiles(below root: URL) throws -> [URL] {
        let keys: [URLResourceKey] = [.isRegularFileKey]
        let enumerator = FileManager.default.enumerator(at: root, includingPropertiesForKeys: keys)
        return try (enumerator?.compactMap { $0 as? URL } ?? []).filter { url in
            try url.resourceValues(forKeys: Set(keys)).isRegularFile == true
        }
    }
}
