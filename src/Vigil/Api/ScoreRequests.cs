using Vigil.Ingest;

namespace Vigil.Api;

/// <summary>
/// Gets transactions scored for who waits: appended to their topic, where the pipeline finds them like any other, and answered when their score comes, or
/// without one at the deadline. The log stays the only source: whatever happens to this process after the append, the transaction is scored in its place.
/// </summary>
sealed class ScoreRequests(ScoreBoard board, TransactionAppender appender, ApiOptions options, TimeProvider clock)
{
    int _waiting;

    /// <summary>Takes room for so many transactions, where there is; <see cref="Leave"/> gives it back.</summary>
    internal bool TryEnter(int transactions)
    {
        if (appender.Unacknowledged + transactions > options.MaxPending) return false;
        if (Interlocked.Add(ref _waiting, transactions) <= options.MaxPending) return true;
        Leave(transactions);
        return false;
    }

    internal void Leave(int transactions) => Interlocked.Add(ref _waiting, -transactions);

    /// <summary>The transactions' scores, in their order.</summary>
    /// <param name="transactions">Decoded, and so without card numbers.</param>
    /// <param name="patience">How long to wait for scores.</param>
    /// <param name="cancellationToken">The caller has gone: nobody waits, and the transactions are in the log.</param>
    /// <exception cref="KafkaUnreachableException">Kafka has not taken one.</exception>
    internal async Task<Score[]> ScoreAsync(IReadOnlyList<Transaction> transactions, TimeSpan patience, CancellationToken cancellationToken)
    {
        var asked = new Task<Score>[transactions.Count];
        for (int i = 0; i < asked.Length; i++) asked[i] = Ask(transactions[i]);
        var all = Task.WhenAll(asked);
        if (patience > TimeSpan.Zero)
            await ((Task)all.WaitAsync(patience, clock, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (asked.FirstOrDefault(task => task.IsFaulted) is { } failed) await failed;
        return [.. asked.Zip(transactions, Answer)];
    }

    Task<Score> Ask(in Transaction transaction)
    {
        var key = ScoreKey.Of(transaction.CardToken, transaction.TransactionId);
        var score = board.Ask(key, out bool isNew);
        if (!isNew) return score;
        try
        {
            appender.Append(transaction, Instant.From(clock.GetUtcNow()), error => board.Fail(key, error));
        }
        catch (KafkaUnreachableException error)
        {
            board.Fail(key, error);
        }
        return score;
    }

    static Score Answer(Task<Score> score, Transaction transaction)
    {
        var found = score.IsCompletedSuccessfully ? score.Result : new()
        {
            TransactionId = default,
            CardToken = default,
            Decision = Decision.Unscored,
            Reason = ScoreReason.Deadline,
        };
        return found with { TransactionId = transaction.TransactionId, CardToken = transaction.CardToken };
    }
}
