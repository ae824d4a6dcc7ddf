//! A number as written: plain, with a source, or as a distribution.

use super::key::Key;
use super::message::{out_of_range, shown};
use super::node::{Node, Table, Value};
use super::reader::{Reader, describe};
use crate::scenario::diagnostics::{Code, Diagnostic, echo, nearest};
use crate::scenario::law::{Family, Interval, Law};
use crate::scenario::model::Assumption;

/// Most values of a discrete choice.
const MOST_CHOICES: usize = 100;

/// Whether the table states one number rather than the keys of a concept.
pub fn is_distribution(table: &Table) -> bool {
    table
        .entries
        .iter()
        .any(|entry| entry.key == "value" || Law::WORDS.iter().any(|(word, _)| *word == entry.key))
}

/// The number of a plain value; pushes what is wrong with it.
fn plain(reader: &mut Reader, key: &'static Key, node: &Node) -> Option<(f64, String)> {
    match &node.value {
        // Whole numbers beyond 2^53 are far outside every range, so rounding them changes no verdict.
        Value::Integer(Some(value), digits) => Some((*value as f64, digits.clone())),
        Value::Integer(None, digits) => {
            reader.push(out_of_range(key, &echo(digits), node));
            None
        }
        Value::Float(value, digits) if value.is_finite() => Some((*value, digits.clone())),
        Value::Float(_, digits) => {
            reader.push(
                Diagnostic::error(
                    Code::OutOfRange,
                    format!("`{}` = {} is not a finite number", key.name, echo(digits)),
                    node.span.clone(),
                )
                .expecting(describe(key)),
            );
            None
        }
        _ => {
            reader.wrong_type(key, node);
            None
        }
    }
}

/// Reads a real number and checks its range; a distribution is recorded and replaced by its mean.
pub fn read_number(
    reader: &mut Reader,
    key: &'static Key,
    range: &Interval,
    path: &str,
    node: &Node,
) -> Option<(f64, String)> {
    let Value::Table(table) = &node.value else {
        let (value, digits) = plain(reader, key, node)?;
        if !range.contains(value) {
            reader.push(out_of_range(key, &echo(&digits), node));
            return None;
        }
        return Some((value, digits));
    };
    let source = read_source(reader, path, table);
    if let Some(entry) = table.get("value") {
        refuse_others(reader, table, &["value", "source"]);
        let (value, digits) = plain(reader, key, &entry.node)?;
        if !range.contains(value) {
            reader.push(out_of_range(key, &echo(&digits), &entry.node));
            return None;
        }
        return Some((value, digits));
    }
    let law = read_law(reader, key, range, table, node)?;
    let mean = law.mean();
    let (from, to) = law.reach();
    if !mean.is_finite() || !range.contains(mean) || !range.contains(from) || !range.contains(to) {
        reader.push(
            Diagnostic::error(
                Code::Distribution,
                format!(
                    "`{}` = {law} reaches from {} to {} (mean {})",
                    key.name,
                    rounded(from),
                    rounded(to),
                    rounded(mean)
                ),
                node.span.clone(),
            )
            .expecting(describe(key))
            .with_help("unbounded laws are judged at four standard deviations; a narrower law, or a bounded one (uniform, triangular, beta), may say what you mean"),
        );
        return None;
    }
    reader.assumptions.push(Assumption {
        path: path.to_string(),
        law: law.to_string(),
        mean,
        source,
    });
    Some((mean, String::new()))
}

/// A number of a message about a law: four significant digits.
fn rounded(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return x.to_string();
    }
    let text = format!("{x:.3e}");
    text.parse::<f64>().map_or(text, shown)
}

fn read_source(reader: &mut Reader, path: &str, table: &Table) -> Option<String> {
    let entry = table.get("source")?;
    match &entry.node.value {
        Value::Text(text) if !text.is_empty() && text.chars().count() <= 300 => {
            reader.sources.insert(path.to_string(), text.clone());
            Some(text.clone())
        }
        _ => {
            reader.push(
                Diagnostic::error(
                    Code::WrongType,
                    "`source` must be text of 1 to 300 characters",
                    entry.node.span.clone(),
                )
                .expecting("where the number comes from, for example \"A/B test Q2\""),
            );
            None
        }
    }
}

fn refuse_others(reader: &mut Reader, table: &Table, known: &[&str]) {
    for entry in &table.entries {
        if known.contains(&entry.key.as_str()) {
            continue;
        }
        reader.push(
            Diagnostic::error(
                Code::UnknownKey,
                format!("`{}` does not go with `{}`", echo(&entry.key), known[0]),
                entry.key_span.clone(),
            )
            .expecting(format!("one of {}", known.join(", ")))
            .with_nearest(nearest(&entry.key, known.iter().copied())),
        );
    }
}

/// Words that a table stating a number may hold.
fn law_words() -> Vec<&'static str> {
    let mut words: Vec<&str> = vec!["value"];
    words.extend(Law::WORDS.iter().map(|(word, _)| *word));
    words
}

fn read_law(
    reader: &mut Reader,
    key: &'static Key,
    range: &Interval,
    table: &Table,
    node: &Node,
) -> Option<Law> {
    let mut laws = Law::WORDS
        .iter()
        .filter_map(|(word, shape)| table.get(word).map(|entry| (*word, *shape, entry)));
    let Some((word, shape, entry)) = laws.next() else {
        reader.push(no_law(key, table, node));
        return None;
    };
    let known: &[&str] = match word {
        "normal" => &["normal", "source"],
        "lognormal" => &["lognormal", "source"],
        "uniform" => &["uniform", "source"],
        "triangular" => &["triangular", "source"],
        "beta" => &["beta", "source"],
        "p10_p90" => &["p10_p90", "law", "source"],
        _ => &["choice", "weights", "source"],
    };
    refuse_others(reader, table, known);
    let parameters = read_list(reader, key, &entry.node, shape)?;
    if word == "choice" {
        return choice_law(reader, key, table, &entry.node, parameters);
    }
    let family = read_family(reader, range, table)?;
    match Law::new(word, &parameters, family) {
        Ok(law) => Some(law),
        Err(fault) => {
            reader.push(
                Diagnostic::error(
                    Code::Distribution,
                    format!("{word} of `{}`: {fault}", key.name),
                    entry.node.span.clone(),
                )
                .expecting(format!("{word} = {shape}")),
            );
            None
        }
    }
}

fn no_law(key: &'static Key, table: &Table, node: &Node) -> Diagnostic {
    let words = law_words();
    let first = table.entries.first();
    let near = first.and_then(|entry| nearest(&entry.key, words.iter().copied()));
    let message = match first {
        Some(entry) => format!(
            "`{}` is not a distribution `{}` can be",
            echo(&entry.key),
            key.name
        ),
        None => format!("`{}` is an empty table", key.name),
    };
    let span = first.map_or(node.span.clone(), |entry| entry.key_span.clone());
    Diagnostic::error(Code::Distribution, message, span)
        .expecting(format!("{}, or one of {}", describe(key), words.join(", ")))
        .with_nearest(near)
}

fn read_family(reader: &mut Reader, range: &Interval, table: &Table) -> Option<Family> {
    let Some(entry) = table.get("law") else {
        return Some(Family::of_key(range));
    };
    let family = match &entry.node.value {
        Value::Text(word) => Family::from_word(word),
        _ => None,
    };
    if family.is_none() {
        let written = match &entry.node.value {
            Value::Text(word) => nearest(word, Family::WORDS.iter().copied()),
            _ => None,
        };
        reader.push(
            Diagnostic::error(
                Code::UnknownWord,
                "`law` is not a family two percentiles can define",
                entry.node.span.clone(),
            )
            .expecting("\"normal\" or \"lognormal\" or \"logit_normal\"")
            .with_nearest(written),
        );
    }
    family
}

/// The numbers of a list of parameters.
fn read_list(reader: &mut Reader, key: &'static Key, node: &Node, shape: &str) -> Option<Vec<f64>> {
    let Value::List(items) = &node.value else {
        reader.push(
            Diagnostic::error(
                Code::Distribution,
                format!("the distribution of `{}` takes a list", key.name),
                node.span.clone(),
            )
            .expecting(shape.to_string()),
        );
        return None;
    };
    if items.is_empty() || items.len() > MOST_CHOICES {
        reader.push(
            Diagnostic::error(
                Code::Distribution,
                format!("a list of {} numbers", items.len()),
                node.span.clone(),
            )
            .expecting(format!("1 to {MOST_CHOICES} numbers: {shape}")),
        );
        return None;
    }
    let numbers: Vec<Option<(f64, String)>> =
        items.iter().map(|item| plain(reader, key, item)).collect();
    numbers
        .into_iter()
        .map(|number| number.map(|(x, _)| x))
        .collect()
}

/// Equal weights where none are written.
fn choice_law(
    reader: &mut Reader,
    key: &'static Key,
    table: &Table,
    node: &Node,
    values: Vec<f64>,
) -> Option<Law> {
    let equal = vec![1.0 / values.len() as f64; values.len()];
    let weights = match table.get("weights") {
        Some(entry) => read_list(reader, key, &entry.node, "one weight per value")?,
        None => equal,
    };
    let span = table
        .get("weights")
        .map_or(node.span.clone(), |entry| entry.node.span.clone());
    let total: f64 = weights.iter().sum();
    let fault = if weights.len() != values.len() {
        format!("{} weights for {} values", weights.len(), values.len())
    } else if weights.iter().any(|w| *w < 0.0) {
        "a weight is negative".to_string()
    } else if (total - 1.0).abs() > 1e-6 {
        format!("the weights add to {}", rounded(total))
    } else {
        return Some(Law::Choice { values, weights });
    };
    reader.push(
        Diagnostic::error(
            Code::Distribution,
            format!("choice of `{}`: {fault}", key.name),
            span,
        )
        .expecting("one weight per value, none negative, adding to 1"),
    );
    None
}

/// A discrete choice among whole numbers: the most probable stands for it, the first of equals.
pub fn read_choice(
    reader: &mut Reader,
    key: &'static Key,
    path: &str,
    table: &Table,
    node: &Node,
) -> Option<i64> {
    let source = read_source(reader, path, table);
    if let Some(entry) = table.get("value") {
        refuse_others(reader, table, &["value", "source"]);
        if let Value::Integer(Some(value), _) = entry.node.value {
            return Some(value);
        }
        reader.wrong_type(key, &entry.node);
        return None;
    }
    let Some(entry) = table.get("choice") else {
        reader.push(
            Diagnostic::error(
                Code::Distribution,
                format!("`{}` is a whole number", key.name),
                node.span.clone(),
            )
            .expecting(format!(
                "{}, or {{ choice = [..], weights = [..] }}",
                describe(key)
            )),
        );
        return None;
    };
    refuse_others(reader, table, &["choice", "weights", "source"]);
    let values = read_list(reader, key, &entry.node, "[value, ...]")?;
    if let Some(value) = values.iter().find(|value| !is_a_choice(key, **value)) {
        reader.push(out_of_range(key, &shown(*value), &entry.node));
        return None;
    }
    let law = choice_law(reader, key, table, &entry.node, values)?;
    let value = most_probable(&law)?;
    reader.assumptions.push(Assumption {
        path: path.to_string(),
        law: law.to_string(),
        mean: value,
        source,
    });
    Some(value as i64)
}

/// Whether a value of a choice is whole and inside the range of its key.
fn is_a_choice(key: &Key, value: f64) -> bool {
    match key.kind {
        super::key::Kind::Integer { lo, hi } => {
            value == libm::trunc(value) && (lo as f64..=hi as f64).contains(&value)
        }
        _ => true,
    }
}

/// The most probable value of a choice, the first of equals.
fn most_probable(law: &Law) -> Option<f64> {
    let Law::Choice { values, weights } = law else {
        return None;
    };
    let weighted = values.iter().zip(weights);
    let best = weighted.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(value, _)| *value)
}
