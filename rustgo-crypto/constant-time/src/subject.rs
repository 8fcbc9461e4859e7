//! What is looked at: the exports of the image, and leaks that are planted to try the checks.

use std::fmt;
use std::hint::black_box;

use anyhow::{Result, bail};
use fastrand::Rng;

use crate::image::Image;

/// Scalars in a call of a batch: two groups of any backend, and a rest.
pub const BATCH: usize = 37;

/// A function whose argument is secret.
#[derive(Clone)]
pub struct Subject {
    export: String,
    leak: Leak,
}

/// What is planted in front of the export.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Leak {
    None,
    /// A jump that depends on a bit of the scalar.
    Jump,
    /// An address that depends on a byte of the scalar.
    Address,
}

impl Leak {
    pub const PLANTED: [Self; 2] = [Self::Jump, Self::Address];
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.leak {
            Leak::None => f.write_str(&self.export),
            Leak::Jump => f.write_str("a planted jump"),
            Leak::Address => f.write_str("a planted address"),
        }
    }
}

impl Subject {
    /// The multiplications of an image.
    pub fn all(image: &Image) -> Vec<Self> {
        let exports = image
            .exports
            .keys()
            .filter(|name| name.starts_with("scalar_base_mult"));
        exports
            .map(|export| Self {
                export: export.clone(),
                leak: Leak::None,
            })
            .collect()
    }

    pub fn leaking(leak: Leak) -> Self {
        Self {
            export: "scalar_base_mult".to_owned(),
            leak,
        }
    }

    /// Takes what `arguments` gave.
    pub fn parse(export: &str, leak: &str) -> Result<Self> {
        let leak = match leak {
            "None" => Leak::None,
            "Jump" => Leak::Jump,
            "Address" => Leak::Address,
            _ => bail!("`{leak}` is no leak"),
        };
        Ok(Self {
            export: export.to_owned(),
            leak,
        })
    }

    pub fn arguments(&self) -> [String; 2] {
        [self.export.clone(), format!("{:?}", self.leak)]
    }

    /// What keeps it from running, here or below valgrind.
    pub fn missing(&self, below_valgrind: bool) -> Option<String> {
        use std::is_x86_feature_detected as has;
        let (features, known) = match self.export.rsplit('_').next() {
            Some("bmi2") => (has!("bmi1") && has!("bmi2") && has!("adx"), true),
            Some("avx2") => (has!("avx2") && has!("fma") && has!("bmi1") && has!("bmi2"), true),
            Some("ifma") => (
                has!("avx512f") && has!("avx512vl") && has!("avx512ifma") && has!("bmi2"),
                false,
            ),
            _ => (true, true),
        };
        match (features, known || !below_valgrind) {
            (false, _) => Some("this processor lacks what it needs".to_owned()),
            (_, false) => Some("valgrind knows no AVX-512; see `step`".to_owned()),
            _ => None,
        }
    }

    /// Scalars of a call.
    pub fn scalars(&self) -> usize {
        if self.export.contains("batch") { BATCH } else { 1 }
    }

    /// Fills in scalars: random ones, and now and then one at an edge.
    pub fn fill(&self, scalars: &mut [[u8; 32]; BATCH], random: &mut Rng) {
        for scalar in scalars {
            match random.u8(0..8) {
                0 => *scalar = [[0, 0xff, 0x88, 0x77][random.usize(0..4)]; 32],
                1 => {
                    *scalar = [0; 32];
                    scalar[random.usize(0..32)] = 1 << random.u8(0..8);
                }
                _ => random.fill(scalar),
            }
        }
    }

    /// Calls it.
    #[inline(never)]
    pub fn call(&self, image: &Image, points: &mut [[u8; 32]; BATCH], scalars: &[[u8; 32]; BATCH]) {
        let (dst, src): (*mut [u8; 32], *const [u8; 32]) = (points.as_mut_ptr(), scalars.as_ptr());
        match self.leak {
            Leak::None => {}
            Leak::Jump => leak_by_jump(&scalars[0]),
            Leak::Address => leak_by_address(&scalars[0]),
        }
        let address = image.address(&self.export) as *const ();
        // SAFETY: the export has this prototype, the pointers are arrays, and the processor has what it takes.
        unsafe {
            if self.scalars() == 1 {
                let single: unsafe extern "C" fn(*mut [u8; 32], *const [u8; 32]) =
                    std::mem::transmute(address);
                single(dst, src);
            } else {
                let batch: unsafe extern "C" fn(*mut [u8; 32], *const [u8; 32], usize) =
                    std::mem::transmute(address);
                batch(dst, src, BATCH);
            }
        }
    }
}

#[inline(never)]
fn leak_by_jump(scalar: &[u8; 32]) {
    if black_box(scalar)[7] & 16 != 0 {
        // More than one instruction, so that it stays a jump.
        for i in 0..10 {
            black_box(i);
        }
    }
}

#[inline(never)]
fn leak_by_address(scalar: &[u8; 32]) {
    static TABLE: [u64; 256] = [1; 256];
    black_box(black_box(&TABLE)[usize::from(black_box(scalar)[11])]);
}
