public import DocumentTree
public import WorkflowLanguage

/// `uses: choose`: takes the first branch whose condition holds. Its outputs are `branch`, the branch's name (or its place,
/// from 1; null where none was taken), and `steps`, the steps that go on.
public struct ChooseKind: StepKind {
    /// A kind named `choose`.
    public init() {}

    /// `choose`.
    public var name: KindName { KindName("choose") }

    /// Chooses.
    public func run(_ call: StepCall) async throws -> ValueMapping {
        let branches = call.parameters["branches"]?.items ?? []
        for (index, branch) in branches.enumerated() where branch["if"]?.isTruthy ?? false {
            let name = branch["name"] ?? .integer(index + 1)
            call.print("took the branch \(name.string ?? String(index + 1))\n")
            return ["branch": name, "steps": Self.steps(branch["then"])]
        }
        call.print("no condition holds\n")
        return ["branch": .null, "steps": Self.steps(call.parameters["otherwise"])]
    }

    private static func steps(_ value: Value?) -> Value {
        guard let value, value != .null else { return [] }
        return value.items == nil ? [value] : value
    }
}
