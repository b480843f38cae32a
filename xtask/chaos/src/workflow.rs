//! The workflow that is run: a diamond of ten steps, each of which acts on the world.

/// The steps of [`diamond`].
pub(crate) const STEPS: usize = 10;

/// One step opens into two, which meet and open into three, which meet; two more follow.
const EDGES: &str = "s0 -> s1, s0 -> s2, s1 -> s3, s2 -> s3, s3 -> s4, s3 -> s5, s3 -> s6, s4 -> s7, s5 -> s7, s6 -> s7,
  s7 -> s8, s8 -> s9";

/// Every step calls the ledger, and the run gives the number of the last call.
pub(crate) fn diamond(name: &str, ledger: &str) -> String {
    let nodes: String = (0..STEPS)
        .map(|number| effect(&format!("s{number}"), ledger))
        .collect();
    format!(
        "lathe: 1\nname: {name}\nnodes:\n{nodes}edges: [{EDGES}]\noutput: \"${{ nodes.s9.output.nonce }}\"\n"
    )
}

/// One step that calls the ledger.
pub(crate) fn single(name: &str, ledger: &str) -> String {
    format!(
        "lathe: 1\nname: {name}\nnodes:\n{}output: \"${{ nodes.s0.output.nonce }}\"\n",
        effect("s0", ledger)
    )
}

/// One step that runs a shell script.
pub(crate) fn command(name: &str, script: &str) -> String {
    let script = serde_json::Value::from(script);
    format!(
        "lathe: 1\nname: {name}\nnodes:\n  - {{ id: act, kind: command.run, with: {{ argv: [sh, -c, {script}] }} }}\n"
    )
}

fn effect(id: &str, ledger: &str) -> String {
    format!(
        "  - {{ id: {id}, kind: remote.call, with: {{ url: \"{ledger}\", ports: [out], timeout: 10m, answer_timeout: 10m }} }}\n"
    )
}
