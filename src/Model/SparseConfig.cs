namespace Vigil.Model;

/// <summary>What a query of sparse attention sees: see <see cref="PastTree"/>.</summary>
/// <param name="Block">Transactions in a block, a multiple of 16.</param>
/// <param name="Window">Whole blocks before the query's own that it sees transaction by transaction, 1 or more.</param>
/// <param name="Top">Blocks farther back that it selects to see in the same way, 1 or more.</param>
public sealed record SparseConfig(int Block, int Window, int Top);
