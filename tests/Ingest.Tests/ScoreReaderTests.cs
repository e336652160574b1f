using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class ScoreReaderTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Scores_that_a_crash_repeats_are_read_once_and_the_others_all()
    {
        using var broker = TestBroker.Start(3);
        Publish(broker.Options, 0, 60);
        Publish(broker.Options, 25, 90); // a process that had published 60 and stored 25 of them began again
        Publish(broker.Options, 25, 40); // what one that was paused meanwhile still sends

        Assert.Equal(Enumerable.Range(0, 90), Read(broker.Options).Order());
    }

    [Fact]
    public void What_is_no_score_is_passed_over()
    {
        using var broker = TestBroker.Start(3);
        using (var producer = new TransactionProducer(broker.Options, TimeProvider.System))
        {
            producer.ProduceRaw(broker.Options.ScoresTopic, null, "{}"u8.ToArray(), TestRecords.Stamp);
            producer.ProduceRaw(broker.Options.ScoresTopic, null, null, TestRecords.Stamp);
            producer.Flush(TimeSpan.FromSeconds(20));
        }
        Publish(broker.Options, 0, 5);

        Assert.Equal(Enumerable.Range(0, 5), Read(broker.Options).Order());
    }

    [Fact]
    public void A_reader_that_begins_at_the_end_reads_what_comes_after_it_was_made()
    {
        using var broker = TestBroker.Start(1);
        Publish(broker.Options, 0, 10);
        using var reader = new ScoreReader(broker.Options, fromBeginning: false, NullLogger<ScoreReader>.Instance);
        Publish(broker.Options, 10, 20);

        var read = new List<long>();
        while (read.Count < 10 && !Cancellation.IsCancellationRequested)
            if (reader.TryRead(TimeSpan.FromMilliseconds(100), out var score)) read.Add(score.Offset);
        Assert.Equal(Enumerable.Range(10, 10).Select(offset => (long)offset), read.Order());
    }

    [Fact]
    public void A_flush_is_over_when_the_broker_has_the_scores_and_not_before()
    {
        using var broker = TestBroker.Start(1);
        using var producer = new ScoreProducer(broker.Options, TimeProvider.System);
        using var topics = new Topics(broker.Options);
        for (int flush = 1; flush <= 20; flush++)
        {
            producer.Produce(ScoreOf(flush), null);
            producer.Flush(Cancellation);
            Assert.Equal(flush, topics.Watermarks(broker.Options.ScoresTopic).Sum(marks => marks.High));
        }
    }

    static int[] Read(IngestOptions options)
    {
        using var reader = new ScoreReader(options, fromBeginning: true, NullLogger<ScoreReader>.Instance);
        var read = new List<int>();
        while (!reader.IsAtEnd && !Cancellation.IsCancellationRequested)
            if (reader.TryRead(TimeSpan.FromMilliseconds(100), out var score)) read.Add((int)score.Offset);
        return [.. read];
    }

    static void Publish(IngestOptions options, int from, int to)
    {
        using var producer = new ScoreProducer(options, TimeProvider.System);
        for (int offset = from; offset < to; offset++)
        {
            var score = ScoreOf(offset);
            producer.Produce(score, offset % 2 == 0 ? score.CardToken.Span.ToArray() : "another key"u8.ToArray());
        }
        producer.Flush(Cancellation);
    }

    static Score ScoreOf(int offset) => new()
    {
        TransactionId = Utf8Text.From($"t{offset}"),
        CardToken = new(Encoding.ASCII.GetBytes($"card-{offset % 7}")),
        Probability = 0.25,
        Score1000 = 250,
        Decision = Decision.Pass,
        ModelVersion = Utf8Text.From("m"),
        Topic = Utf8Text.From("card-transactions"),
        Partition = 0,
        Offset = offset,
    };
}
