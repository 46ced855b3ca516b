extension KindCatalog.Kind {
    /// `emit`: an event.
    static let emit = KindCatalog.Kind(
        "emit",
        "Emits an event, which starts the workflows of the branch whose `on: event` names it, each in the background.",
        parameters: [
            KeyTable.Key("event", .templated(.text), isRequired: true, "The event's name, such as `orders.arrived`."),
            KeyTable.Key(
                "data", .anything, default: "{}", "A mapping; it gives the inputs of the same names."),
        ],
        outputs: [("started", "the workflows that were started, each with its run")],
        example: """
            steps:
              - id: announce
                uses: emit
                with: {event: prices.loaded, data: {rows: 2}}
              - uses: log
                with: {message: "started: ${{ toJSON(steps.announce.outputs.started) }}"}

            """)
}
