"""Passes over the nodes and edges of large graphs: plain where they are small, compiled where they are large."""
