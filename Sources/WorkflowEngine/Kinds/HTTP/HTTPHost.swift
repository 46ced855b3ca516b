public import DocumentTree
public import WorkflowLanguage

/// The host that a call of a kind connects to first, for what is counted by host.
///
/// - Parameters:
///   - kind: The kind of step.
///   - parameters: `with:`, its expressions evaluated.
/// - Returns: The name in lower case, or the address; nil for kinds that connect to none, and for addresses that name none.
public func requestedHost(of kind: KindName, _ parameters: Value) -> String? {
    let text: String?
    switch kind.description {
    case "http": text = parameters["url"]?.string
    case "notify": text = parameters["webhook"]?.string
    default: text = nil
    }
    guard let text else { return nil }
    return try? HTTPAddress(text).host
}
