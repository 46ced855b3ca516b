/// The copy of the schema of workflows that stands in a repository, for editors.
enum SchemaFile {
    /// Its name in `workflows/`.
    static let name = ".schema.json"
}
