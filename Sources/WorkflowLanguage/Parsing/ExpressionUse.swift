import DocumentTree

/// An expression of a workflow and where it stands, for the check of its names.
struct ExpressionUse {
    /// What an expression may refer to depends on where it stands.
    enum Place: Hashable {
        /// Before any step has run: the workflow's own keys.
        case workflow
        /// The name of the concurrency group, which is told before anything of a run is known but how it was started.
        case group
        /// The condition of the step of that number.
        case condition(Int)
        /// The items of the step of that number.
        case items(Int)
        /// What the workflow hands on, once all steps have ended.
        case outputs
        /// What somebody is told of a run, while it goes on or once it has ended.
        case notice
        /// What the step of that number does.
        case step(Int)
        /// What undoes the step of that number.
        case compensation(Int)
    }

    var expression: Expression
    /// The scalar that it is a part of.
    var node: Node
    var place: Place
}
