//! Scripts that mean harm: each must fail by itself, soon, without taking much memory or the process.

use serde_json::json;

use crate::templates::{resolve, try_resolve};

#[test]
fn each_script_costs_no_more_than_its_budget() {
    for script in [
        // Time.
        "loop {}",
        "try { loop {} } catch { 1 }",
        "let a = [1, 2]; a.map(|x| loop {})",
        "let a = []; a.pad(40000, 1); loop { a.map(|x| 1); }",
        "let a = []; a.pad(40000, 1); loop { a.contains(2); }",
        "let a = []; a.pad(30000, 1); loop { `${a}`; }",
        "loop { inputs.rows.sort(|a, b| a.n - b.n); }",
        "fn l() { [0] } loop { l().pad(40000, 1) }",
        "fn t() { \"\" } loop { t().pad(200000, 'a') }",
        "let f = |x| x; loop { f = f.curry(1); }",
        "sleep(5)",
        "sleep(0.5)",
        // Memory.
        "let s = \"x\"; loop { s += s; }",
        "let s = \"x\"; loop { s = `${s}${s}`; }",
        "let s = \"\"; s.pad(30000, 'a'); let t = s; s.replace(\"a\", t);",
        "let a = [1]; loop { a = [a, a]; }",
        "let a = [1]; loop { a += a; }",
        "let a = [1]; loop { a.push(a); }",
        "let a = []; a.pad(9223372036854775807, 0);",
        "let a = []; a.pad(4611686018427387904, [1, 2, 3, 4]);",
        "let m = #{}; let i = 0; loop { m[`${i}`] = i; i += 1; }",
        "fn g(n) { if n == 0 { [1] } else { [g(n - 1), g(n - 1)] } } g(30)",
        // The stack.
        "fn f() { f() } f()",
        "fn f(n) { f(n + 1) + f(n + 1) } f(0)",
        "let a = []; loop { a = [a]; }",
        "let small = 1; let a = []; let other = [2]; loop { a = [a]; }",
        "let a = [[]]; loop { a.push([a.pop()]); }",
        "let f = || inputs.rows.push([inputs.rows.pop()]); loop { f.call(); }",
        "let m = #{}; loop { m = #{ m: m }; }",
        "let f = || 1; loop { let g = f; f = || g.call(); }",
        "fn nest(n) { if n == 0 { [] } else { [[[[[[[[nest(n - 1)]]]]]]]] } }
         nest(25).to_string(); nest(25) == nest(25); let x = nest(25); loop { x = [x]; }",
        // The outside.
        "exit(1)",
        "timestamp()",
        "import \"secrets\" as s;",
        "eval(\"1\")",
    ] {
        // What it costs is bounded in operations and data, so that refusing it takes no clock.
        let refusal = refusal(script);
        assert!(!refusal.contains("gave up"), "{script}: rhai panicked");
    }
}

/// Why a script is refused, when it is saved or when it runs.
fn refusal(script: &str) -> String {
    match try_resolve("script.run", json!({"script": script})) {
        Err(problems) => problems.to_string(),
        Ok(result) => result.expect_err(script).message,
    }
}

#[test]
fn deep_recursion_within_the_limits_fits_the_stack() {
    let script = "
        fn down(n) { if n == 0 { 0 } else { let x = [1 + (2 - (3 + (4 - down(n - 1))))]; x[0] } }
        down(25)";
    resolve("script.run", json!({"script": script})).unwrap();
}

#[test]
fn small_values_beside_large_ones_cost_little() {
    let script = "let large = []; large.pad(40000, 1); let n = 0; for i in 0..20000 { n += i; } n";
    let result = resolve("script.run", json!({"script": script})).unwrap();
    assert_eq!(result["script"], json!(199_990_000));
}

#[test]
fn a_script_changes_nothing_for_the_next() {
    let script = "inputs.who = \"Eve\"; inputs.rows.push(1); inputs.rows[0].n = 5; inputs.who";
    assert_eq!(
        resolve("script.run", json!({"script": script})).unwrap()["script"],
        json!("Eve")
    );
    let next = json!({"script": "[inputs.who, inputs.rows.len, inputs.rows[0].n]"});
    assert_eq!(
        resolve("script.run", next).unwrap()["script"],
        json!(["Ada", 3, 1])
    );
}
