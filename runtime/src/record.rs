//! Fixed-width little-endian records: one macro declares a record's fields, and from that the compiler knows how it lies in an
//! artifact, the generator how to write it as source, and the documentation what each byte means.

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type, as written in the source.
    pub kind: &'static str,
    /// First byte in the record.
    pub offset: usize,
    /// What it means.
    pub doc: &'static str,
}

/// A record of the plan, of which every bit pattern can be read.
pub trait Record: bytemuck::Pod {
    /// Name of the type.
    const NAME: &'static str;
    /// Its fields, in their order.
    const FIELDS: &'static [Field];
}

/// Declares a record.
macro_rules! record {
    ($(#[$attribute:meta])* pub struct $name:ident {
        $($(#[doc = $doc:literal])+ pub $field:ident: $kind:ty,)+
    }) => {
        $(#[$attribute])*
        #[repr(C)]
        #[derive(Debug, Clone, Copy, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
        pub struct $name { $($(#[doc = $doc])+ pub $field: $kind,)+ }

        impl $crate::record::Record for $name {
            const NAME: &'static str = stringify!($name);
            const FIELDS: &'static [$crate::record::Field] = &[$($crate::record::Field {
                name: stringify!($field),
                kind: stringify!($kind),
                offset: core::mem::offset_of!($name, $field),
                doc: concat!($($doc),+),
            },)+];
        }
    };
}

/// Lets records be kept in words of a stage: `words!(Record in N)`.
macro_rules! words {
    ($name:ident in $words:expr) => {
        impl $name {
            /// The record that starts in `words`.
            #[inline(always)]
            pub const fn of(words: &[u32; $words]) -> &Self {
                match words.first_chunk::<{ size_of::<$name>() / 4 }>() {
                    Some(own) => bytemuck::must_cast_ref(own),
                    None => panic!("a record is longer than its room"),
                }
            }

            /// The words that hold the record; zeros behind it.
            pub const fn words(self) -> [u32; $words] {
                let own: [u32; size_of::<$name>() / 4] = bytemuck::must_cast(self);
                let mut words = [0; $words];
                let mut i = 0;
                while i < own.len() {
                    words[i] = own[i];
                    i += 1;
                }
                words
            }
        }
        const _: () = assert!(size_of::<$name>() % 4 == 0 && size_of::<$name>() / 4 <= $words);
    };
}
pub(crate) use {record, words};
