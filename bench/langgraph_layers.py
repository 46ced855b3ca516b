"""langgraph_layers.py LAYERS STEPS DATABASE: the same layers of `sh -c true` as a graph of LangGraph, with checkpoints in SQLite.

Each node starts a shell, as a step does, and waits for two nodes of the layer before; a checkpoint is written after each layer,
before the next one starts (durability="sync"), as the journal of wfrepo is.
"""

import operator
import subprocess
import sys
from typing import Annotated, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    done: Annotated[list, operator.add]


def node(name):
    def run(state):
        subprocess.run(["/bin/sh", "-c", "true"], check=True)
        return {"done": [name]}

    return run


def main(layers, width, database):
    graph = StateGraph(State)
    for layer in range(layers):
        for place in range(width):
            name = f"s{layer}_{place}"
            graph.add_node(name, node(name))
            if layer == 0:
                graph.add_edge(START, name)
            else:
                graph.add_edge([f"s{layer - 1}_{place}", f"s{layer - 1}_{(place + 1) % width}"], name)
            if layer == layers - 1:
                graph.add_edge(name, END)
    with SqliteSaver.from_conn_string(database) as saver:
        saver.conn.execute("PRAGMA synchronous=FULL")
        compiled = graph.compile(checkpointer=saver)
        settings = {"configurable": {"thread_id": "1"}, "recursion_limit": 100, "max_concurrency": 2}
        result = compiled.invoke({"done": []}, settings, durability="sync")
    assert len(result["done"]) == layers * width


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
