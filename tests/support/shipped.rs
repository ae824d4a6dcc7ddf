//! Shipped scenarios, whole or in part.

use fidelio::scenario::model::Scenario;

const GROCER: &str = include_str!("../../scenarios/grocer.toml");

/// The grocer of four programs.
pub fn grocer() -> Scenario {
    super::lives::scenario(GROCER)
}

/// The text of the grocer up to its first program, before anything that others need: a market and a points program.
pub fn grocer_with_points_alone() -> &'static str {
    let (points, others) = GROCER
        .split_once("\n# What \"best\" means")
        .expect("the goal stands between the first program and the others");
    assert_eq!(points.matches("[[program]]").count(), 1);
    assert_eq!(others.matches("[[program]]").count(), 3);
    points
}
