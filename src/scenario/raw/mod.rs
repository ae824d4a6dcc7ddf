//! What was written: raw tables with spans, one file per concept.
//!
//! A raw table lists its keys once, with [`raw_table!`]: type, range, unit, default, condition and documentation. The
//! reader, the messages, the JSON Schema and the list of keys all follow from that. What the values mean together is
//! the business of [`crate::scenario::resolve`].

pub mod basket;
pub mod behavior;
mod distribution;
pub(crate) use distribution::is_distribution;
pub mod earn;
pub mod expiry;
pub mod goal;
pub mod key;
pub mod lifetime;
pub mod market;
pub mod message;
pub mod node;
pub mod opening;
pub mod program;
pub mod promotion;
pub mod reader;
pub mod referral;
pub mod reward;
pub mod scenario;
pub mod segment;
pub mod simulation;
pub mod status_effects;
pub mod tables;
pub mod tenure;
pub mod tier;
pub mod version;
pub mod written;

/// Defines a raw table: a struct whose fields are the keys of one TOML table.
///
/// Each field is written `/// documentation`, `name: Type = key;` where the type says how it is read
/// ([`reader::Field`]) and the key what is admissible ([`key::Key`]).
macro_rules! raw_table {
    (
        $(#[doc = $doc:literal])+
        pub struct $Name:ident {
            $( $(#[doc = $key_doc:literal])+ $field:ident : $Type:ty = $key:expr; )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $Name {
            /// Span of the table.
            pub span: $crate::scenario::raw::node::Span,
            $( $(#[doc = $key_doc])+ pub $field: $Type, )+
        }

        impl $crate::scenario::raw::reader::RawTable for $Name {
            fn spec() -> &'static $crate::scenario::raw::key::TableSpec {
                use $crate::scenario::raw::key::{Key, TableSpec};
                const KEYS: &[Key] = &[
                    $( $key.named(stringify!($field), concat!($($key_doc),+)) ),+
                ];
                static SPEC: TableSpec = TableSpec {
                    name: stringify!($Name),
                    doc: concat!($($doc),+),
                    keys: KEYS,
                };
                &SPEC
            }

            fn read(
                reader: &mut $crate::scenario::raw::reader::Reader,
                scope: &$crate::scenario::raw::reader::Scope<'_>,
            ) -> Self {
                // The fields are the keys, in the same order.
                let mut keys = Self::spec().keys.iter();
                $(
                    let $field = match keys.next() {
                        Some(key) => <$Type as $crate::scenario::raw::reader::Field>::read(
                            reader, scope, key,
                        ),
                        None => unreachable!("one key per field"),
                    };
                )+
                $Name { span: scope.span.clone(), $($field),+ }
            }
        }

        impl $crate::scenario::raw::reader::Field for $Name {
            fn read(
                reader: &mut $crate::scenario::raw::reader::Reader,
                scope: &$crate::scenario::raw::reader::Scope<'_>,
                key: &'static $crate::scenario::raw::key::Key,
            ) -> Self {
                $crate::scenario::raw::tables::read_table(reader, scope, key)
            }
        }
    };
}
pub(crate) use raw_table;

/// The table of keys of a raw table, as the constructors in [`key`] want it.
pub(crate) fn spec<T: reader::RawTable>() -> &'static key::TableSpec {
    T::spec()
}
