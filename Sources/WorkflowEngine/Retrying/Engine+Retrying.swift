extension Engine {
    /// Takes a run in that tries another one again, with the results that the plan takes over. It is journaled as `queued`
    /// when this returns.
    /// - Throws: As `submit`.
    public func submit(_ request: RunRequest, retrying plan: RetryPlan) throws(EngineError) -> RunID {
        try submit(request, as: nil, retrying: plan)
    }
}
