//! The meaning of an opcode to the analysis, decided in one place, on the table's typed opcodes.
//!
//! The analysis refuses [`Operation::Unknown`]: every integer, memory, control or system opcode that is not listed
//! here, and every opcode of an unlisted group. `LD4_LVt` and `ST4_LVt` stand for all of `ld1` to `ld4` and `st1` to
//! `st4` with whole registers.

use super::names::{Class, Opcode as Id};

/// The meaning of an opcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `b`.
    Jump,
    /// `bl`.
    Call,
    /// `b.cond`.
    ConditionalJump,
    /// `cbz` and `cbnz`.
    CompareWithZero,
    /// `cbgt` and its like, which compare two registers, or one with a number.
    CompareAndBranch,
    /// `tbz` and `tbnz`.
    TestBit,
    /// `br`.
    JumpRegister,
    /// `blr`.
    CallRegister,
    /// `ret`.
    Return,
    /// `brk` and `udf`, which abort the program, as Rust's aborts do.
    Trap,
    /// `nop` and instructions that older processors treat as one.
    Hint,
    /// Barriers, and instructions that change only the flags.
    Harmless,
    /// `mrs`.
    ReadSystemRegister,
    /// `msr` from a register.
    WriteSystemRegister,
    /// System calls, and other instructions that call into a kernel.
    Kernel,
    /// `adr`.
    Address,
    /// `adrp`.
    PageAddress,
    /// `add`.
    Add,
    /// `adds`.
    Adds,
    /// `sub`.
    Sub,
    /// `subs`, which is `cmp` too.
    Subs,
    /// `and`.
    And,
    /// `ands`, which is `tst` too.
    Ands,
    /// `bics`.
    Bics,
    /// `orr`, which is `mov` too.
    Orr,
    /// `ubfm`, which is `lsl`, `lsr` and `uxtb` too.
    UnsignedBitField,
    /// `movz`.
    MoveZeroed,
    /// Integer arithmetic of which only the written registers matter.
    Arithmetic,
    /// Vector and floating-point arithmetic.
    Vector,
    /// Reads memory, and zero-extends narrow values.
    Load,
    /// Reads memory, and sign-extends.
    SignedLoad,
    /// Writes memory, and no register except its base.
    Store,
    /// Writes memory, exclusively or with release semantics.
    StoreOrdered,
    /// Reads and writes memory.
    Atomic,
    /// `casp`, an atomic that writes two registers, of which the encoding names the first.
    ComparePair,
    /// Prefetches a cache line.
    Prefetch,
    /// Reads the image at a distance from the instruction.
    LoadLiteral,
    /// Everything else.
    Unknown,
}

impl Operation {
    /// The meaning of an opcode.
    ///
    /// SOUNDNESS: M1, T12
    pub fn of(id: Id, class: Class) -> Self {
        match id {
            Id::B_ADDR_PCREL26 => Operation::Jump,
            Id::BL_ADDR_PCREL26 => Operation::Call,
            Id::B_C_ADDR_PCREL19 | Id::BC_C_ADDR_PCREL19 => Operation::ConditionalJump,
            Id::CBZ_Rt_ADDR_PCREL19 | Id::CBNZ_Rt_ADDR_PCREL19 => Operation::CompareWithZero,
            Id::CBBEQ_Rt_Rm_ADDR_PCREL9
            | Id::CBBGE_Rt_Rm_ADDR_PCREL9
            | Id::CBBGT_Rt_Rm_ADDR_PCREL9
            | Id::CBBHI_Rt_Rm_ADDR_PCREL9
            | Id::CBBHS_Rt_Rm_ADDR_PCREL9
            | Id::CBBNE_Rt_Rm_ADDR_PCREL9
            | Id::CBEQ_Rt_Rm_ADDR_PCREL9
            | Id::CBEQ_Rt_IMM_2_ADDR_PCREL9
            | Id::CBGE_Rt_Rm_ADDR_PCREL9
            | Id::CBGT_Rt_Rm_ADDR_PCREL9
            | Id::CBGT_Rt_IMM_2_ADDR_PCREL9
            | Id::CBHEQ_Rt_Rm_ADDR_PCREL9
            | Id::CBHGE_Rt_Rm_ADDR_PCREL9
            | Id::CBHGT_Rt_Rm_ADDR_PCREL9
            | Id::CBHHI_Rt_Rm_ADDR_PCREL9
            | Id::CBHHS_Rt_Rm_ADDR_PCREL9
            | Id::CBHI_Rt_Rm_ADDR_PCREL9
            | Id::CBHI_Rt_IMM_2_ADDR_PCREL9
            | Id::CBHNE_Rt_Rm_ADDR_PCREL9
            | Id::CBHS_Rt_Rm_ADDR_PCREL9
            | Id::CBLO_Rt_IMM_2_ADDR_PCREL9
            | Id::CBLT_Rt_IMM_2_ADDR_PCREL9
            | Id::CBNE_Rt_Rm_ADDR_PCREL9
            | Id::CBNE_Rt_IMM_2_ADDR_PCREL9 => Operation::CompareAndBranch,
            Id::TBNZ_Rt_BIT_NUM_ADDR_PCREL14 | Id::TBZ_Rt_BIT_NUM_ADDR_PCREL14 => Operation::TestBit,
            Id::BR_Rn => Operation::JumpRegister,
            Id::BLR_Rn => Operation::CallRegister,
            Id::RET_Rn => Operation::Return,
            Id::BRK_EXCEPTION | Id::UDF_UNDEFINED => Operation::Trap,
            Id::HINT_UIMM7 => Operation::Hint,
            Id::CFINV
            | Id::CLREX_UIMM4
            | Id::DMB_BARRIER
            | Id::DSB_BARRIER_DSB_NXS
            | Id::DSB_BARRIER
            | Id::ISB_BARRIER_ISB
            | Id::RMIF_Rn_IMM_2_MASK
            | Id::SB
            | Id::SETF16_Rn
            | Id::SETF8_Rn => Operation::Harmless,
            Id::MRS_Rt_SYSREG => Operation::ReadSystemRegister,
            Id::MSR_SYSREG_Rt => Operation::WriteSystemRegister,
            Id::DCPS1_EXCEPTION
            | Id::DCPS2_EXCEPTION
            | Id::DCPS3_EXCEPTION
            | Id::HLT_EXCEPTION
            | Id::HVC_EXCEPTION
            | Id::SMC_EXCEPTION
            | Id::SVC_EXCEPTION
            | Id::CHKFEAT_X16
            | Id::MRRS_Rt_PAIRREG_SYSREG128
            | Id::MSR_PSTATEFIELD_UIMM4
            | Id::MSRR_SYSREG128_Rt_PAIRREG
            | Id::SYS_UIMM3_OP1_CRn_CRm_UIMM3_OP2_Rt
            | Id::SYSL_Rt_UIMM3_OP1_CRn_CRm_UIMM3_OP2
            | Id::SYSP_UIMM3_OP1_CRn_CRm_UIMM3_OP2_Rt_PAIRREG_OR_XZR
            | Id::WFET_Rd
            | Id::WFIT_Rd => Operation::Kernel,
            Id::ADR_Rd_ADDR_PCREL21 => Operation::Address,
            Id::ADRP_Rd_ADDR_ADRP => Operation::PageAddress,
            Id::ADD_Rd_SP_Rn_SP_AIMM | Id::ADD_Rd_Rn_Rm_SFT | Id::ADD_Rd_SP_Rn_SP_Rm_EXT => Operation::Add,
            Id::ADDS_Rd_Rn_SP_AIMM | Id::ADDS_Rd_Rn_Rm_SFT | Id::ADDS_Rd_Rn_SP_Rm_EXT => Operation::Adds,
            Id::SUB_Rd_SP_Rn_SP_AIMM | Id::SUB_Rd_Rn_Rm_SFT | Id::SUB_Rd_SP_Rn_SP_Rm_EXT => Operation::Sub,
            Id::SUBS_Rd_Rn_SP_AIMM | Id::SUBS_Rd_Rn_Rm_SFT | Id::SUBS_Rd_Rn_SP_Rm_EXT => Operation::Subs,
            Id::AND_Rd_SP_Rn_LIMM | Id::AND_Rd_Rn_Rm_SFT => Operation::And,
            Id::ANDS_Rd_Rn_LIMM | Id::ANDS_Rd_Rn_Rm_SFT => Operation::Ands,
            Id::BICS_Rd_Rn_Rm_SFT => Operation::Bics,
            Id::ORR_Rd_SP_Rn_LIMM | Id::ORR_Rd_Rn_Rm_SFT => Operation::Orr,
            Id::UBFM_Rd_Rn_IMMR_IMMS => Operation::UnsignedBitField,
            Id::MOVZ_Rd_HALF => Operation::MoveZeroed,
            Id::ADC_Rd_Rn_Rm
            | Id::ADCS_Rd_Rn_Rm
            | Id::SBC_Rd_Rn_Rm
            | Id::SBCS_Rd_Rn_Rm
            | Id::EOR_Rd_SP_Rn_LIMM
            | Id::BIC_Rd_Rn_Rm_SFT
            | Id::EON_Rd_Rn_Rm_SFT
            | Id::EOR_Rd_Rn_Rm_SFT
            | Id::ORN_Rd_Rn_Rm_SFT
            | Id::BFM_Rd_Rn_IMMR_IMMS
            | Id::SBFM_Rd_Rn_IMMR_IMMS
            | Id::MOVK_Rd_HALF
            | Id::MOVN_Rd_HALF
            | Id::CCMN_Rn_CCMP_IMM_NZCV_COND
            | Id::CCMP_Rn_CCMP_IMM_NZCV_COND
            | Id::CCMN_Rn_Rm_NZCV_COND
            | Id::CCMP_Rn_Rm_NZCV_COND
            | Id::CSEL_Rd_Rn_Rm_COND
            | Id::CSINC_Rd_Rn_Rm_COND
            | Id::CSINV_Rd_Rn_Rm_COND
            | Id::CSNEG_Rd_Rn_Rm_COND
            | Id::CLS_Rd_Rn
            | Id::CLZ_Rd_Rn
            | Id::RBIT_Rd_Rn
            | Id::REV_Rd_Rn
            | Id::REV_Rd_X_Rn_X
            | Id::REV16_Rd_Rn
            | Id::REV32_Rd_Rn
            | Id::ASRV_Rd_Rn_Rm
            | Id::CRC32B_Rd_Rn_Rm
            | Id::CRC32CB_Rd_Rn_Rm
            | Id::CRC32CH_Rd_Rn_Rm
            | Id::CRC32CW_Rd_Rn_Rm
            | Id::CRC32CX_Rd_Rn_Rm
            | Id::CRC32H_Rd_Rn_Rm
            | Id::CRC32W_Rd_Rn_Rm
            | Id::CRC32X_Rd_Rn_Rm
            | Id::LSLV_Rd_Rn_Rm
            | Id::LSRV_Rd_Rn_Rm
            | Id::RORV_Rd_Rn_Rm
            | Id::SDIV_Rd_Rn_Rm
            | Id::UDIV_Rd_Rn_Rm
            | Id::MADD_Rd_Rn_Rm_Ra
            | Id::MSUB_Rd_Rn_Rm_Ra
            | Id::SMADDL_Rd_Rn_Rm_Ra
            | Id::SMSUBL_Rd_Rn_Rm_Ra
            | Id::SMULH_Rd_Rn_Rm
            | Id::UMADDL_Rd_Rn_Rm_Ra
            | Id::UMSUBL_Rd_Rn_Rm_Ra
            | Id::UMULH_Rd_Rn_Rm
            | Id::EXTR_Rd_Rn_Rm_IMMS
            | Id::ABS_Rd_Rn
            | Id::CNT_Rd_Rn
            | Id::CTZ_Rd_Rn
            | Id::SMAX_Rd_Rn_CSSC_SIMM8
            | Id::SMAX_Rd_Rn_Rm
            | Id::SMIN_Rd_Rn_CSSC_SIMM8
            | Id::SMIN_Rd_Rn_Rm
            | Id::UMAX_Rd_Rn_CSSC_UIMM8
            | Id::UMAX_Rd_Rn_Rm
            | Id::UMIN_Rd_Rn_CSSC_UIMM8
            | Id::UMIN_Rd_Rn_Rm => Operation::Arithmetic,
            Id::LDR_Rt_ADDR_UIMM12
            | Id::LDR_Ft_ADDR_UIMM12
            | Id::LDRB_Rt_ADDR_UIMM12
            | Id::LDRH_Rt_ADDR_UIMM12
            | Id::LDR_Rt_ADDR_SIMM9
            | Id::LDR_Ft_ADDR_SIMM9
            | Id::LDRB_Rt_ADDR_SIMM9
            | Id::LDRH_Rt_ADDR_SIMM9
            | Id::LDAPUR_Rt_ADDR_OFFSET
            | Id::LDAPUR_Rt_X_ADDR_OFFSET
            | Id::LDAPURB_Rt_ADDR_OFFSET
            | Id::LDAPURH_Rt_ADDR_OFFSET
            | Id::LDUR_Rt_ADDR_SIMM9
            | Id::LDUR_Ft_ADDR_SIMM9
            | Id::LDURB_Rt_ADDR_SIMM9
            | Id::LDURH_Rt_ADDR_SIMM9
            | Id::LDR_Rt_ADDR_REGOFF
            | Id::LDR_Ft_ADDR_REGOFF
            | Id::LDRB_Rt_ADDR_REGOFF
            | Id::LDRH_Rt_ADDR_REGOFF
            | Id::LDP_Rt_Rt2_ADDR_SIMM7
            | Id::LDP_Ft_Ft2_ADDR_SIMM7
            | Id::LDTP_Rt_Rt2_ADDR_SIMM7
            | Id::LDTP_Fd_Fa_ADDR_SIMM7
            | Id::LDP_Rt_W_Rt2_W_ADDR_SIMM7_S_S
            | Id::LDP_Ft_S_S_Ft2_S_S_ADDR_SIMM7_S_S
            | Id::LDTP_Rt_X_Rt2_X_ADDR_SIMM7_S_D
            | Id::LDTP_Fd_S_Q_Fa_S_Q_ADDR_SIMM7_S_Q
            | Id::LDNP_Rt_Rt2_ADDR_SIMM7
            | Id::LDNP_Ft_Ft2_ADDR_SIMM7
            | Id::LDTNP_Rt_Rt2_ADDR_SIMM7
            | Id::LDTNP_Fd_Fa_ADDR_SIMM7
            | Id::LD4_LVt_SIMD_ADDR_SIMPLE
            | Id::LD4_LVt_SIMD_ADDR_POST
            | Id::LD1_LEt_SIMD_ADDR_SIMPLE
            | Id::LD1R_LVt_AL_SIMD_ADDR_SIMPLE
            | Id::LD2_LEt_SIMD_ADDR_SIMPLE
            | Id::LD2R_LVt_AL_SIMD_ADDR_SIMPLE
            | Id::LD3_LEt_SIMD_ADDR_SIMPLE
            | Id::LD3R_LVt_AL_SIMD_ADDR_SIMPLE
            | Id::LD4_LEt_SIMD_ADDR_SIMPLE
            | Id::LD4R_LVt_AL_SIMD_ADDR_SIMPLE
            | Id::LD1_LEt_SIMD_ADDR_POST
            | Id::LD1R_LVt_AL_SIMD_ADDR_POST
            | Id::LD2_LEt_SIMD_ADDR_POST
            | Id::LD2R_LVt_AL_SIMD_ADDR_POST
            | Id::LD3_LEt_SIMD_ADDR_POST
            | Id::LD3R_LVt_AL_SIMD_ADDR_POST
            | Id::LD4_LEt_SIMD_ADDR_POST
            | Id::LD4R_LVt_AL_SIMD_ADDR_POST
            | Id::LDAPR_Rt_ADDR_SIMPLE
            | Id::LDAPRB_Rt_ADDR_SIMPLE
            | Id::LDAPRH_Rt_ADDR_SIMPLE
            | Id::LDAR_Rt_ADDR_SIMPLE
            | Id::LDARB_Rt_ADDR_SIMPLE
            | Id::LDARH_Rt_ADDR_SIMPLE
            | Id::LDATXR_Rt_ADDR_SIMPLE
            | Id::LDAXP_Rt_Rt2_ADDR_SIMPLE
            | Id::LDAXR_Rt_ADDR_SIMPLE
            | Id::LDAXRB_Rt_ADDR_SIMPLE
            | Id::LDAXRH_Rt_ADDR_SIMPLE
            | Id::LDLAR_Rt_ADDR_SIMPLE
            | Id::LDLARB_Rt_ADDR_SIMPLE
            | Id::LDLARH_Rt_ADDR_SIMPLE
            | Id::LDTXR_Rt_ADDR_SIMPLE
            | Id::LDXP_Rt_Rt2_ADDR_SIMPLE
            | Id::LDXR_Rt_ADDR_SIMPLE
            | Id::LDXRB_Rt_ADDR_SIMPLE
            | Id::LDXRH_Rt_ADDR_SIMPLE => Operation::Load,
            Id::LDRSB_Rt_ADDR_UIMM12
            | Id::LDRSH_Rt_ADDR_UIMM12
            | Id::LDRSW_Rt_ADDR_UIMM12
            | Id::LDRSB_Rt_ADDR_SIMM9
            | Id::LDRSH_Rt_ADDR_SIMM9
            | Id::LDRSW_Rt_ADDR_SIMM9
            | Id::LDAPURSB_Rt_ADDR_OFFSET
            | Id::LDAPURSB_Rt_W_ADDR_OFFSET
            | Id::LDAPURSH_Rt_ADDR_OFFSET
            | Id::LDAPURSH_Rt_W_ADDR_OFFSET
            | Id::LDAPURSW_Rt_ADDR_OFFSET
            | Id::LDURSB_Rt_ADDR_SIMM9
            | Id::LDURSH_Rt_ADDR_SIMM9
            | Id::LDURSW_Rt_ADDR_SIMM9
            | Id::LDRSB_Rt_ADDR_REGOFF
            | Id::LDRSH_Rt_ADDR_REGOFF
            | Id::LDRSW_Rt_ADDR_REGOFF
            | Id::LDPSW_Rt_Rt2_ADDR_SIMM7
            | Id::LDPSW_Rt_X_Rt2_X_ADDR_SIMM7_S_S => Operation::SignedLoad,
            Id::STR_Rt_ADDR_UIMM12
            | Id::STR_Ft_ADDR_UIMM12
            | Id::STRB_Rt_ADDR_UIMM12
            | Id::STRH_Rt_ADDR_UIMM12
            | Id::STR_Rt_ADDR_SIMM9
            | Id::STR_Ft_ADDR_SIMM9
            | Id::STRB_Rt_ADDR_SIMM9
            | Id::STRH_Rt_ADDR_SIMM9
            | Id::STLUR_Rt_ADDR_OFFSET
            | Id::STLUR_Rt_X_ADDR_OFFSET
            | Id::STLURB_Rt_ADDR_OFFSET
            | Id::STLURH_Rt_ADDR_OFFSET
            | Id::STUR_Rt_ADDR_SIMM9
            | Id::STUR_Ft_ADDR_SIMM9
            | Id::STURB_Rt_ADDR_SIMM9
            | Id::STURH_Rt_ADDR_SIMM9
            | Id::STR_Rt_ADDR_REGOFF
            | Id::STR_Ft_ADDR_REGOFF
            | Id::STRB_Rt_ADDR_REGOFF
            | Id::STRH_Rt_ADDR_REGOFF
            | Id::STP_Rt_Rt2_ADDR_SIMM7
            | Id::STP_Ft_Ft2_ADDR_SIMM7
            | Id::STTP_Rt_Rt2_ADDR_SIMM7
            | Id::STTP_Fd_Fa_ADDR_SIMM7
            | Id::STP_Rt_W_Rt2_W_ADDR_SIMM7_S_S
            | Id::STP_Ft_S_S_Ft2_S_S_ADDR_SIMM7_S_S
            | Id::STTP_Rt_X_Rt2_X_ADDR_SIMM7_S_D
            | Id::STTP_Fd_S_Q_Fa_S_Q_ADDR_SIMM7_S_Q
            | Id::STNP_Rt_Rt2_ADDR_SIMM7
            | Id::STNP_Ft_Ft2_ADDR_SIMM7
            | Id::STTNP_Rt_Rt2_ADDR_SIMM7
            | Id::STTNP_Fd_Fa_ADDR_SIMM7
            | Id::ST4_LVt_SIMD_ADDR_SIMPLE
            | Id::ST4_LVt_SIMD_ADDR_POST
            | Id::ST1_LEt_SIMD_ADDR_SIMPLE
            | Id::ST2_LEt_SIMD_ADDR_SIMPLE
            | Id::ST3_LEt_SIMD_ADDR_SIMPLE
            | Id::ST4_LEt_SIMD_ADDR_SIMPLE
            | Id::ST1_LEt_SIMD_ADDR_POST
            | Id::ST2_LEt_SIMD_ADDR_POST
            | Id::ST3_LEt_SIMD_ADDR_POST
            | Id::ST4_LEt_SIMD_ADDR_POST => Operation::Store,
            Id::STLLR_Rt_ADDR_SIMPLE
            | Id::STLLRB_Rt_ADDR_SIMPLE
            | Id::STLLRH_Rt_ADDR_SIMPLE
            | Id::STLR_Rt_ADDR_SIMPLE
            | Id::STLRB_Rt_ADDR_SIMPLE
            | Id::STLRH_Rt_ADDR_SIMPLE
            | Id::STLTXR_Rs_Rt_ADDR_SIMPLE
            | Id::STLXP_Rs_Rt_Rt2_ADDR_SIMPLE
            | Id::STLXR_Rs_Rt_ADDR_SIMPLE
            | Id::STLXRB_Rs_Rt_ADDR_SIMPLE
            | Id::STLXRH_Rs_Rt_ADDR_SIMPLE
            | Id::STTXR_Rs_Rt_ADDR_SIMPLE
            | Id::STXP_Rs_Rt_Rt2_ADDR_SIMPLE
            | Id::STXR_Rs_Rt_ADDR_SIMPLE
            | Id::STXRB_Rs_Rt_ADDR_SIMPLE
            | Id::STXRH_Rs_Rt_ADDR_SIMPLE => Operation::StoreOrdered,
            Id::PRFM_PRFOP_ADDR_UIMM12 | Id::PRFUM_PRFOP_ADDR_SIMM9 | Id::PRFM_PRFOP_ADDR_REGOFF => {
                Operation::Prefetch
            }
            Id::LDR_Rt_ADDR_PCREL19
            | Id::LDR_Ft_ADDR_PCREL19
            | Id::LDRSW_Rt_ADDR_PCREL19
            | Id::PRFM_PRFOP_ADDR_PCREL19 => Operation::LoadLiteral,
            Id::CASP_Rs_PAIRREG_Rt_PAIRREG_ADDR_SIMPLE
            | Id::CASPA_Rs_PAIRREG_Rt_PAIRREG_ADDR_SIMPLE
            | Id::CASPAL_Rs_PAIRREG_Rt_PAIRREG_ADDR_SIMPLE
            | Id::CASPALT_Rs_PAIRREG_Rt_PAIRREG_ADDR_SIMPLE
            | Id::CASPAT_Rs_PAIRREG_Rt_PAIRREG_ADDR_SIMPLE
            | Id::CASPL_Rs_PAIRREG_Rt_PAIRREG_ADDR_SIMPLE
            | Id::CASPLT_Rs_PAIRREG_Rt_PAIRREG_ADDR_SIMPLE
            | Id::CASPT_Rs_PAIRREG_Rt_PAIRREG_ADDR_SIMPLE => Operation::ComparePair,
            _ => Self::of_class(class),
        }
    }

    /// The meaning of the opcodes in a group that all mean the same.
    fn of_class(class: Class) -> Self {
        match class {
            Class::LSE_ATOMIC => Operation::Atomic,
            Class::ASIMDALL
            | Class::ASIMDDIFF
            | Class::ASIMDELEM
            | Class::ASIMDEXT
            | Class::ASIMDIMM
            | Class::ASIMDINS
            | Class::ASIMDMISC
            | Class::ASIMDPERM
            | Class::ASIMDSAME
            | Class::ASIMDSHF
            | Class::ASIMDTBL
            | Class::ASISDDIFF
            | Class::ASISDELEM
            | Class::ASISDMISC
            | Class::ASISDONE
            | Class::ASISDPAIR
            | Class::ASISDSAME
            | Class::ASISDSHF
            | Class::BFLOAT16
            | Class::CRYPTOAES
            | Class::CRYPTOSHA2
            | Class::CRYPTOSHA3
            | Class::CRYPTOSM3
            | Class::CRYPTOSM4
            | Class::DOTPRODUCT
            | Class::FLOAT2FIX
            | Class::FLOAT2INT
            | Class::FLOATCCMP
            | Class::FLOATCMP
            | Class::FLOATDP1
            | Class::FLOATDP2
            | Class::FLOATDP3
            | Class::FLOATIMM
            | Class::FLOATSEL
            | Class::FPRCVTFLOAT2INT
            | Class::FPRCVTINT2FLOAT => Operation::Vector,
            _ => Operation::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::instruction::Instruction;
    use super::*;

    /// The list above, compared with the names of a million instructions.
    #[test]
    fn what_is_listed_bears_the_name() {
        let mut word = 1u32;
        for _ in 0..1_000_000 {
            word = word.wrapping_mul(0x9e37_79b1).wrapping_add(0x7f4a_7c15);
            // Loads and stores are rare among all words.
            for word in [word, word & !0x1000_0000 | 0x0800_0000] {
                let Some(instruction) = Instruction::decode(word) else {
                    continue;
                };
                let name = instruction.definition().mnemonic;
                let fits = match instruction.operation() {
                    Operation::Load | Operation::LoadLiteral => name.starts_with("ld") || name == "prfm",
                    Operation::SignedLoad => name.starts_with("ld") && name.contains('s'),
                    Operation::Store | Operation::StoreOrdered => {
                        name.starts_with("st") && !name.ends_with('g')
                    }
                    Operation::ComparePair => name.starts_with("casp"),
                    Operation::Atomic => instruction.class() == Class::LSE_ATOMIC,
                    Operation::Trap => name == "brk" || name == "udf",
                    Operation::Arithmetic => {
                        !["pac", "aut", "xpa"].iter().any(|start| name.starts_with(start))
                    }
                    Operation::Return => name == "ret",
                    _ => true,
                };
                assert!(fits, "{name} is {:?}", instruction.operation());
            }
        }
    }
}
