//! Scripts that mean harm: each must fail by itself, soon, without taking much memory or the process.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::templates::resolve;

/// Generous, for unoptimised builds on busy machines; each takes well under a second otherwise.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn each_script_costs_no_more_than_its_budget() {
    for script in [
        "loop {}",
        "fn f() { f() } f()",
        "fn f(n) { f(n + 1) + f(n + 1) } f(0)",
        "let s = \"x\"; loop { s += s; }",
        "let s = \"x\"; loop { s = `${s}${s}`; }",
        "let s = \"\"; s.pad(30000, 'a'); let t = s; s.replace(\"a\", t);",
        "let a = [1]; loop { a = [a, a]; }",
        "let a = [1]; loop { a += a; }",
        "let a = [1]; loop { a.push(a); }",
        "let a = []; a.pad(9223372036854775807, 0);",
        "let a = []; a.pad(4611686018427387904, [1, 2, 3, 4]);",
        "let a = []; loop { a = [a]; }",
        "let a = [[]]; loop { a.push([a.pop()]); }",
        "let f = || inputs.rows.push([inputs.rows.pop()]); loop { f.call(); }",
        "loop { let copy = inputs.rows; }",
        "let m = #{}; let i = 0; loop { m[`${i}`] = i; i += 1; }",
        "let m = #{}; loop { m = #{ m: m }; }",
        "let a = []; a.pad(40000, 1); loop { let b = a; }",
        "let a = []; a.pad(40000, 1); loop { a.contains(2); }",
        "let a = []; loop { a.push(1); }",
        "fn f0() { \"0123456789abcdef0123456789abcdef\" } fn f1() { f0() + f0() } fn f2() { f1() + f1() }
         fn f3() { f2() + f2() } fn f4() { f3() + f3() } fn f5() { f4() + f4() } fn f6() { f5() + f5() }
         loop { f6(); }",
        "fn g(n) { if n == 0 { [1] } else { [g(n - 1), g(n - 1)] } } g(30)",
        "let f = |x| x; loop { f = f.curry(1); }",
        "fn nest(n) { if n == 0 { [] } else { [[[[[[[[[[[[nest(n - 1)]]]]]]]]]]]] } }
         nest(28).to_string(); nest(28) == nest(28); let x = nest(28); loop { x = [x]; }",
        "1000000000000.range(0)",
        "try { loop {} } catch { 1 }",
        "[3, 1, 2].sort(|a, b| throw \"no\")",
        "let a = [1, 2]; a.map(|x| loop {})",
        "sleep(5)",
        "sleep(0.5)",
        "exit(1)",
        "timestamp()",
    ] {
        let began = Instant::now();
        let error = resolve("script.run", json!({"script": script})).expect_err(script);
        let took = began.elapsed();
        eprintln!("{took:?} {script}");
        assert!(took < SOON, "{script}: took {took:?}");
        assert_eq!(error.code, "script_error", "{script}");
    }
}

#[test]
fn deep_recursion_within_the_limits_fits_the_stack() {
    let script = "fn down(n) { if n == 0 { 0 } else { let x = [1 + (2 - (3 + (4 - down(n - 1))))]; x[0] } } down(25)";
    resolve("script.run", json!({"script": script})).unwrap();
}

#[test]
fn a_script_changes_nothing_for_the_next() {
    for change in [
        "inputs.who = \"Eve\"",
        "inputs.rows.push(1)",
        "inputs.rows[0].n = 2",
        "(|| inputs.rows.pop()).call()",
    ] {
        let error = resolve("script.run", json!({"script": change})).unwrap_err();
        assert_eq!(error.code, "script_error", "{change}");
    }
    let script =
        json!({"script": "let mine = inputs.rows; mine.push(#{ n: 0 }); mine[0].n = 5; mine.len"});
    assert_eq!(resolve("script.run", script).unwrap()["script"], json!(4));
    let next = json!({"script": "[inputs.who, inputs.rows.len, inputs.rows[0].n]"});
    assert_eq!(
        resolve("script.run", next).unwrap()["script"],
        json!(["Ada", 3, 1])
    );
}
