namespace Vigil.Features;

/// <summary>
/// Shannon entropy of counts from one running integer, the sum of c · log2 c over the counts in units of 2^-32. Integers add up to the same
/// sum in any order, so the entropy kept step by step equals the one computed from scratch, bit for bit.
/// </summary>
static class Entropy
{
    const int FractionBits = 32;
    const int LargestCount = 4_096;

    static readonly long[] s_terms =
    [
        0, .. Enumerable.Range(1, LargestCount).Select(count => (long)Math.Round(count * Math.Log2(count) * (1L << FractionBits))),
    ];

    /// <summary>What the last of so many adds to the sum: c · log2 c - (c - 1) · log2 (c - 1) in units of 2^-32.</summary>
    internal static long TermOfLast(int count) => s_terms[count] - s_terms[count - 1];

    /// <summary>H = log2 n - (1/n) · sum of c · log2 c, in bits; 0 where n is 0.</summary>
    internal static double Bits(int total, long sumOfTerms) =>
        total == 0 ? 0 : (s_terms[total] - sumOfTerms) / (total * (double)(1L << FractionBits));
}
