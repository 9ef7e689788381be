"""Graphs as files: data that is read by a whitelist, never code that is run.

`save` and `load` choose the format by the ending of the path; `dumps` and `loads` are for JSON text.

| ending | what | written | read |
|---|---|---|---|
| `.json` | an Algorithm (schema ``workdepth.graph/1``), or a plain DAG (node-link data) | yes | yes |
| `.graphml`, `.gml` | an Algorithm or a plain DAG | yes | yes |
| `.stg` | a task graph of the Standard Task Graph set | no | yes |
| `.dot`, `.gv`, `.mmd` | a picture for Graphviz or Mermaid | yes | no |
"""

from workdepth.graph.files.document import SCHEMA
from workdepth.graph.files.paths import load, save
from workdepth.graph.files.same import same
from workdepth.graph.files.text import dumps, loads

__all__ = ["SCHEMA", "dumps", "load", "loads", "same", "save"]
