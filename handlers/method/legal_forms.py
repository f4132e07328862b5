"""The legal forms that companies write with their names: `Acme Inc.`, `Huber GmbH & Co. KG`, `株式会社アクメ`."""

from __future__ import annotations

FORMS = frozenset(
    {"Inc.", "Incorporated", "LLC", "L.L.C.", "LLP", "L.L.P.", "L.P.", "LP", "Corp.", "Corporation", "Ltd.", "Limited"}
    | {"PLLC", "P.L.L.C.", "plc", "P.L.C.", "CIC", "DAC", "Pty", "Pte.", "Pvt.", "Sdn. Bhd.", "Bhd.", "Tbk", "JSC"}
    | {"Co.", "& Co.", "Company", "Cie.", "& Cie.", "GmbH", "gGmbH", "mbH", "AG", "A.G.", "KG", "KGaA", "OHG", "GbR"}
    | {"UG", "e.K.", "e.V.", "e.U.", "eG", "e.G.", "Ges.m.b.H.", "SE", "SARL", "S.A.R.L.", "S.à r.l.", "SAS", "S.A.S."}
    | {"SASU", "EURL", "SA", "S.A.", "SNC", "S.N.C.", "SRL", "S.r.l.", "S.r.l.s.", "SpA", "S.p.A.", "SL", "S.L.", "SLU"}
    | {"S.L.U.", "S.A.U.", "S. Coop.", "S.A. de C.V.", "SA de CV", "S.A.B. de C.V.", "S.A.P.I. de C.V."}
    | {"S. de R.L. de C.V.", "Lda.", "Ltda.", "S/A", "EIRELI", "BV", "B.V.", "NV", "N.V.", "V.O.F.", "BVBA", "B.V.B.A."}
    | {"A/S", "AS", "A.S.", "ASA", "ApS", "I/S", "K/S", "AB", "A.B.", "Oy", "Oyj", "OÜ", "ehf.", "Sp. z o.o.", "Sp. k."}
    | {
        "Sp. j.",
        "S.C.",
        "(Pty) Ltd.",
        "S.K.A.",
        "Spółka z o.o.",
        "s.r.o.",
        "spol. s r.o.",
        "d.o.o.",
        "j.d.o.o.",
        "d.d.",
        "Kft.",
        "Zrt.",
    }
    | {"Nyrt.", "EOOD", "OOD", "A.Ş.", "Şti.", "KK", "K.K.", "G.K.", "Y.K."}
)
"""Forms behind a name, as they are written there; with or without their dots."""

CASED_FORMS = frozenset(
    {"lp", "ag", "kg", "ug", "eg", "se", "sas", "sa", "snc", "spa", "sl", "slu", "bv", "nv", "as", "asa", "ab", "oy"}
    | {"kk", "co", "cie", "company", "limited", "corporation", "incorporated", "cic", "dac", "pty", "pte", "ood", "dd"}
)
"""Forms, without dots and in lower case, that in other letters are other words: `as` is no `AS`."""

LEADING_FORMS = frozenset({"UAB", "Oy", "OÜ", "ООО", "ОАО", "ЗАО", "ПАО", "ТОВ"})
"""Forms in front of a name."""

UNSPACED_FORMS = ("株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "股份有限公司", "有限公司", "주식회사")
"""Forms in front of or behind a name, without a space between."""
