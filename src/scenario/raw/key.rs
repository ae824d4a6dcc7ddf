//! What a key of the language is: its type, unit, range, default and documentation, stated once.
//!
//! One [`Key`] drives the reading of the file, the message for a wrong value, the JSON Schema and the list of all
//! keys. The tables of keys are in the sibling files, one per concept, written with [`raw_table!`](super::raw_table).

use crate::scenario::diagnostics::nearest;
use crate::scenario::law::Interval;

/// Most of one amount of money, major units; the resolver bounds minor units more strictly.
pub const MAX_MONEY: f64 = 1e12;

/// One key of one table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    /// One or two sentences, from the doc comment of the raw field.
    pub doc: &'static str,
    pub kind: Kind,
    pub default: Default,
    /// `Some((selector, words))`: read only when the key `selector` of the same table is one of `words`; then it is
    /// required unless it has a default or is optional.
    pub when: Option<(&'static str, &'static [&'static str])>,
    /// `Some((selector, words))`: required when the key `selector` of the same table is one of `words`, optional
    /// otherwise.
    pub required_when: Option<(&'static str, &'static [&'static str])>,
    /// Unit in words, empty where there is none.
    pub unit: &'static str,
    /// What is expected, in words, where the type alone would say it badly.
    pub expects: &'static str,
}

/// Type of a key.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A real number, or a distribution.
    Number(Interval),
    /// A whole number, or a discrete choice among some.
    Integer {
        lo: i64,
        hi: i64,
    },
    /// A list of exactly so many real numbers, each of which may be a distribution.
    Numbers {
        len: usize,
        range: Interval,
    },
    /// 1 to 60 characters.
    Text,
    Word(&'static [&'static str]),
    Flag,
    /// "YYYY-MM".
    Month,
    Table(fn() -> &'static TableSpec),
    /// A number, or a table that says more.
    NumberOrTable(Interval, fn() -> &'static TableSpec),
    /// `[[name]]`: the elements are addressed by the value of their key `label`.
    List {
        item: fn() -> &'static TableSpec,
        label: &'static str,
        most: usize,
    },
}

/// What stands for a key that is not written.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    /// It must be written.
    Required,
    /// Nothing; what that means is in the documentation of the key.
    Absent,
    Number(f64),
    Integer(i64),
    Numbers(&'static [f64]),
    Word(&'static str),
    Flag(bool),
    /// The default of this row of the evidence register ([`crate::scenario::evidence`]).
    Evidence(&'static str),
    /// A table whose keys take their own defaults.
    Table,
}

/// A table of the language.
#[derive(Debug)]
pub struct TableSpec {
    pub name: &'static str,
    pub doc: &'static str,
    pub keys: &'static [Key],
}

impl TableSpec {
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The key that was probably meant.
    pub fn nearest(&self, written: &str) -> Option<&'static str> {
        nearest(written, self.keys.iter().map(|key| key.name))
    }
}

const fn key(kind: Kind, default: Default) -> Key {
    Key {
        name: "",
        doc: "",
        kind,
        default,
        when: None,
        required_when: None,
        unit: "",
        expects: "",
    }
}

/// A real number that may be a distribution; required unless a default follows.
pub const fn number(range: Interval) -> Key {
    key(Kind::Number(range), Default::Required)
}

pub const fn integer(lo: i64, hi: i64) -> Key {
    key(Kind::Integer { lo, hi }, Default::Required)
}

pub const fn numbers(len: usize, range: Interval) -> Key {
    key(Kind::Numbers { len, range }, Default::Required)
}

pub const fn text() -> Key {
    key(Kind::Text, Default::Required)
}

pub const fn word(words: &'static [&'static str]) -> Key {
    key(Kind::Word(words), Default::Required)
}

pub const fn flag(default: bool) -> Key {
    key(Kind::Flag, Default::Flag(default))
}

pub const fn month() -> Key {
    key(Kind::Month, Default::Required)
}

/// A table that may be left out.
pub const fn table(spec: fn() -> &'static TableSpec) -> Key {
    key(Kind::Table(spec), Default::Table)
}

pub const fn number_or_table(range: Interval, spec: fn() -> &'static TableSpec) -> Key {
    key(Kind::NumberOrTable(range, spec), Default::Required)
}

/// A list of tables that may be left out.
pub const fn list(item: fn() -> &'static TableSpec, label: &'static str, most: usize) -> Key {
    key(Kind::List { item, label, most }, Default::Absent)
}

impl Key {
    pub const fn named(mut self, name: &'static str, doc: &'static str) -> Key {
        self.name = name;
        self.doc = doc;
        self
    }

    /// Default of a real or a whole number.
    pub const fn or(mut self, default: f64) -> Key {
        self.default = match self.kind {
            Kind::Integer { .. } => Default::Integer(default as i64),
            _ => Default::Number(default),
        };
        self
    }

    pub const fn or_word(mut self, default: &'static str) -> Key {
        self.default = Default::Word(default);
        self
    }

    pub const fn or_numbers(mut self, default: &'static [f64]) -> Key {
        self.default = Default::Numbers(default);
        self
    }

    /// The default is that of the evidence register, and so is the range it warns outside of.
    pub const fn evidence(mut self, path: &'static str) -> Key {
        self.default = Default::Evidence(path);
        self
    }

    pub const fn optional(mut self) -> Key {
        self.default = Default::Absent;
        self
    }

    pub const fn required(mut self) -> Key {
        self.default = Default::Required;
        self
    }

    pub const fn when(mut self, selector: &'static str, words: &'static [&'static str]) -> Key {
        self.when = Some((selector, words));
        self
    }

    pub const fn required_when(
        mut self,
        selector: &'static str,
        words: &'static [&'static str],
    ) -> Key {
        self.required_when = Some((selector, words));
        self
    }

    pub const fn expects(mut self, expects: &'static str) -> Key {
        self.expects = expects;
        self
    }

    pub const fn unit(mut self, unit: &'static str) -> Key {
        self.unit = unit;
        self
    }
}
