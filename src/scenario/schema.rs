//! The language described for machines: a JSON Schema, and the list of all keys.

use std::sync::OnceLock;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::evidence;
use super::law::{Interval, Law};
use super::raw::key::{Default, Key, Kind, TableSpec};
use super::raw::reader::RawTable;
use super::raw::scenario::Scenario;

/// One key of the language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeyInfo {
    /// Path without names: `program[].reward[].points`; `[]` marks the elements of a list.
    pub path: String,
    /// "number", "integer", "numbers", "text", "word", "flag" or "month".
    pub kind: &'static str,
    /// Default as written in TOML; `None` where the key is required or its absence has a meaning of its own.
    pub default: Option<String>,
    pub required: bool,
    /// Admissible range, for numbers.
    pub range: Option<[f64; 2]>,
    /// The words, for words.
    pub words: &'static [&'static str],
    /// Read only when this key of the same table is one of these words.
    pub when: Option<(&'static str, &'static [&'static str])>,
    pub unit: &'static str,
    pub doc: &'static str,
}

/// Every key of the language that holds a value (tables and lists appear as parts of paths), in its own order.
pub fn keys() -> &'static [KeyInfo] {
    static KEYS: OnceLock<Vec<KeyInfo>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let mut keys = Vec::new();
        collect("", Scenario::spec(), &mut keys);
        keys
    })
}

fn collect(prefix: &str, spec: &'static TableSpec, keys: &mut Vec<KeyInfo>) {
    for key in spec.keys {
        let path = format!("{prefix}{}", key.name);
        match key.kind {
            Kind::Table(spec) => collect(&format!("{path}."), spec(), keys),
            Kind::List { item, .. } => collect(&format!("{path}[]."), item(), keys),
            Kind::NumberOrTable(_, spec) => {
                keys.push(info(path.clone(), key));
                collect(&format!("{path}."), spec(), keys);
            }
            _ => keys.push(info(path, key)),
        }
    }
}

fn info(path: String, key: &'static Key) -> KeyInfo {
    let (kind, range, words): (_, _, &[&str]) = match key.kind {
        Kind::Number(range) | Kind::NumberOrTable(range, _) => {
            ("number", Some([range.lo, range.hi]), &[])
        }
        Kind::Integer { lo, hi } => ("integer", Some([lo as f64, hi as f64]), &[]),
        Kind::Numbers { range, .. } => ("numbers", Some([range.lo, range.hi]), &[]),
        Kind::Word(words) => ("word", None, words),
        Kind::Flag => ("flag", None, &[]),
        Kind::Month => ("month", None, &[]),
        Kind::Text | Kind::Table(_) | Kind::List { .. } => ("text", None, &[]),
    };
    KeyInfo {
        path,
        kind,
        default: default_value(key).map(|value| value.to_string()),
        required: matches!(key.default, Default::Required),
        range,
        words,
        when: key.when,
        unit: key.unit,
        doc: key.doc.trim(),
    }
}

fn default_value(key: &Key) -> Option<Value> {
    match key.default {
        Default::Required | Default::Absent | Default::Table => None,
        Default::Number(x) => Some(json!(x)),
        Default::Integer(n) => Some(json!(n)),
        Default::Numbers(items) => Some(json!(items)),
        Default::Word(word) => Some(json!(word)),
        Default::Flag(flag) => Some(json!(flag)),
        Default::Evidence(path) => Some(json!(evidence::default_of(path))),
    }
}

/// The JSON Schema (draft 2020-12) of a scenario, generated from the tables of keys.
pub fn schema() -> Value {
    let mut schema = table_schema(Scenario::spec());
    if let Value::Object(object) = &mut schema {
        object.insert(
            "$schema".to_string(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        object.insert("title".to_string(), json!("Fidelio scenario"));
    }
    schema
}

fn table_schema(spec: &'static TableSpec) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut conditions = Vec::new();
    for key in spec.keys {
        properties.insert(key.name.to_string(), key_schema(key));
        if let Some((selector, words)) = key.when {
            conditions.push(condition(key, selector, words, spec));
        } else if let Some((selector, words)) = key.required_when {
            let chosen = chosen(selector, words, spec);
            conditions.push(json!({ "if": chosen, "then": { "required": [key.name] } }));
        } else if matches!(key.default, Default::Required) {
            required.push(key.name);
        }
    }
    let mut schema = json!({
        "type": "object",
        "description": spec.doc.trim(),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if let (Value::Object(object), false) = (&mut schema, conditions.is_empty()) {
        object.insert("allOf".to_string(), Value::Array(conditions));
    }
    schema
}

/// Read, and required if it has no default, only under the words; forbidden otherwise.
fn condition(key: &Key, selector: &str, words: &[&str], spec: &TableSpec) -> Value {
    let chosen = chosen(selector, words, spec);
    let forbidden = json!({ "properties": { key.name: false } });
    if matches!(key.default, Default::Required) {
        json!({ "if": chosen, "then": { "required": [key.name] }, "else": forbidden })
    } else {
        json!({ "if": chosen, "else": forbidden })
    }
}

/// That the selector is one of the words, written or by default.
fn chosen(selector: &str, words: &[&str], spec: &TableSpec) -> Value {
    let default_applies = spec.key(selector).is_some_and(
        |selector| matches!(selector.default, Default::Word(word) if words.contains(&word)),
    );
    let mut chosen = json!({ "properties": { selector: { "enum": words } } });
    if let (Value::Object(object), false) = (&mut chosen, default_applies) {
        object.insert("required".to_string(), json!([selector]));
    }
    chosen
}

fn key_schema(key: &Key) -> Value {
    let mut schema = match key.kind {
        Kind::Number(range) => uncertain(number_schema(&range)),
        Kind::Integer { lo, hi } => uncertain_integer(json!({
            "type": "integer", "minimum": lo, "maximum": hi
        })),
        Kind::Numbers { len, range } => json!({
            "type": "array",
            "items": uncertain(number_schema(&range)),
            "minItems": len,
            "maxItems": len,
        }),
        Kind::Text => json!({ "type": "string", "minLength": 1, "maxLength": 60 }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Month => {
            json!({ "type": "string", "pattern": "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$" })
        }
        Kind::Table(spec) => table_schema(spec()),
        Kind::NumberOrTable(range, spec) => json!({
            "anyOf": [uncertain(number_schema(&range)), table_schema(spec())]
        }),
        Kind::List { item, most, .. } => json!({
            "type": "array", "items": table_schema(item()), "maxItems": most
        }),
    };
    if let Value::Object(object) = &mut schema {
        let unit = if key.unit.is_empty() {
            String::new()
        } else {
            format!(" Unit: {}.", key.unit)
        };
        object.insert(
            "description".to_string(),
            json!(format!("{}{unit}", key.doc.trim())),
        );
        if let Some(default) = default_value(key) {
            object.insert("default".to_string(), default);
        }
    }
    schema
}

fn number_schema(range: &Interval) -> Value {
    let lo = if range.lo_open {
        "exclusiveMinimum"
    } else {
        "minimum"
    };
    let hi = if range.hi_open {
        "exclusiveMaximum"
    } else {
        "maximum"
    };
    json!({ "type": "number", lo: range.lo, hi: range.hi })
}

/// A number, the same with a source, or a distribution.
fn uncertain(number: Value) -> Value {
    let mut forms = vec![number.clone(), with_source("value", number)];
    for (word, shape) in Law::WORDS {
        let mut form = with_source(
            word,
            json!({ "type": "array", "items": { "type": "number" }, "description": shape }),
        );
        let extra = match *word {
            "choice" => Some((
                "weights",
                json!({ "type": "array", "items": { "type": "number" } }),
            )),
            "p10_p90" => Some(("law", json!({ "enum": super::law::Family::WORDS }))),
            _ => None,
        };
        if let (Some((name, value)), Some(properties)) = (extra, form["properties"].as_object_mut())
        {
            properties.insert(name.to_string(), value);
        }
        forms.push(form);
    }
    json!({ "anyOf": forms })
}

/// A whole number, the same with a source, or a discrete choice.
fn uncertain_integer(integer: Value) -> Value {
    let list = json!({ "type": "array", "items": integer.clone() });
    let mut choice = with_source("choice", list);
    if let Some(properties) = choice["properties"].as_object_mut() {
        properties.insert(
            "weights".to_string(),
            json!({ "type": "array", "items": { "type": "number" } }),
        );
    }
    json!({ "anyOf": [integer.clone(), with_source("value", integer), choice] })
}

fn with_source(name: &str, value: Value) -> Value {
    json!({
        "type": "object",
        "properties": { name: value, "source": { "type": "string", "maxLength": 300 } },
        "required": [name],
        "additionalProperties": false,
    })
}
