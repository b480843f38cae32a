//! The pure core: workflow documents, graphs, the execution state machine, scripts and the ports that adapters fill.
