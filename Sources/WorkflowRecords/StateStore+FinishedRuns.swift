public import WorkflowEngine

/// The journal keeps finished runs until they are recorded.
extension StateStore: FinishedRuns {}
