using CsCheck;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class StateStoreTests
{
    enum Act
    {
        Write,
        Remove,
        Sweep,
    }

    static readonly Gen<(Act Act, UInt128 Card)> s_act = Gen.Select(
        Gen.Frequency((20, Gen.Const(Act.Write)), (6, Gen.Const(Act.Remove)), (3, Gen.Const(Act.Sweep))),
        Gen.Int[0, 40],
        (act, card) => (act, (UInt128)card << 3)); // Low bits alike, so that buckets hold chains.

    [Fact]
    public void It_holds_what_a_dictionary_holds() => s_act.Array[0, 400].Sample(acts =>
    {
        var (store, twin) = (new StateStore<int>(), new Dictionary<UInt128, int>());
        for (int i = 1; i <= acts.Length; i++)
        {
            var (act, card) = acts[i - 1];
            if (act == Act.Write) store.Open(card) = twin[card] = i;
            else if (act == Act.Remove) Assert.Equal(twin.Remove(card), store.Remove(card));
            else AssertRemovesOdd(store, twin);
            Assert.Equal(twin.Count, store.Count);
        }
        foreach (var (card, state) in twin) Assert.Equal(state, store.Open(card));
    });

    [Fact]
    public void Every_state_is_found_at_every_step_of_a_table_that_grows()
    {
        var random = new Random(1);
        var (store, cards) = (new StateStore<int>(), new List<UInt128>());
        for (int i = 0; i < 1_200; i++)
        {
            cards.Add(new(0, (ulong)random.NextInt64()));
            store.Open(cards[i]) = i;
            if (i % 7 == 0)
            {
                Assert.True(store.Remove(cards[i / 2]));
                store.Open(cards[i / 2]) = i / 2;
            }
            Assert.Equal(cards.Count, store.Count);
            for (int at = 0; at <= i; at++) Assert.Equal(at, store.Open(cards[at]));
        }
    }

    [Fact]
    public void A_sweep_looks_at_every_state_that_was_there_when_it_began_whatever_is_added_meanwhile() =>
        Gen.Select(Gen.Int[1, 3_000], Gen.Int[0, 3_000], Gen.Int[2, 20]).Sample((states, earlier, few) =>
        {
            var store = new StateStore<bool>();
            for (int card = 0; card < states; card++) store.Open((UInt128)card) = card % 50 == 0; // few, so that what is added finds no place that is free
            store.BeginSweep();
            store.SweepNext(earlier, (ref _) => false, (_, _) => { }); // so that the next begins anywhere
            store.BeginSweep();
            int added = 0;
            for (; added * (few - 1) < states + few; added++)
            {
                store.SweepNext(few, (ref isPast) => isPast, (_, _) => { });
                store.Open((UInt128)(states + added)) = false;
            }
            Assert.Equal(states - ((states + 49) / 50) + added, store.Count);
        });

    [Fact]
    public void A_new_card_starts_with_the_default_also_after_it_was_removed()
    {
        var store = new StateStore<string>();
        Assert.Null(store.Open(7));
        store.Open(7) = "state";
        Assert.True(store.Remove(7));
        Assert.False(store.Remove(7));
        Assert.Null(store.Open(7));
    }

    [Fact]
    public void A_state_stays_where_it_is_while_cards_come_and_go()
    {
        var store = new StateStore<int>();
        ref int state = ref store.Open(1);
        for (UInt128 card = 2; card < 10_000; card++) store.Open(card) = 1;
        for (UInt128 card = 2; card < 10_000; card += 2) store.Remove(card);
        state = 42;
        Assert.Equal(42, store.Open(1));
    }

    [Fact]
    public void Removed_cards_make_room_for_new_ones()
    {
        var store = new StateStore<long>();
        var removed = new List<UInt128>();
        Action<UInt128, long> remove = (card, _) => removed.Add(card);
        Round(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 1; round <= 100; round++) Round(round);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round(int round)
        {
            for (int i = 0; i < 1_000; i++) store.Open((UInt128)((round * 1_000) + i)) = round;
            removed.Clear();
            store.BeginSweep();
            store.SweepNext(int.MaxValue, static (ref _) => true, remove);
        }
    }

    [Fact]
    public void A_copy_is_the_store_at_its_beginning_whatever_happens_meanwhile() =>
        Gen.Select(s_act.Array[0, 200], s_act.Array[0, 400], Gen.Int[0, 3], Gen.Bool).Sample((before, meanwhile, pace, givenUp) =>
        {
            var store = new StateStore<int>();
            foreach (var (act, card) in before) Do(store, act, card, 1);
            if (givenUp) store.BeginCopy((_, _) => { });
            if (givenUp) store.CopyNext();
            if (givenUp) store.EndCopy();
            var expected = new Dictionary<UInt128, int>();
            store.BeginCopy(expected.Add);
            while (store.CopyNext()) { }

            var copy = new Dictionary<UInt128, int>();
            store.BeginCopy(copy.Add); // throws where a card is taken twice
            foreach (var (act, card) in meanwhile)
            {
                Do(store, act, card, 2);
                for (int i = 0; i < pace; i++) store.CopyNext();
            }
            while (store.CopyNext()) { }
            Assert.False(store.CopyNext());
            Assert.Equal(expected.OrderBy(entry => entry.Key), copy.OrderBy(entry => entry.Key));
        });

    [Fact]
    public void A_step_of_a_copy_passes_few_states_even_where_all_were_taken_because_they_changed()
    {
        const int States = 100_000;
        var store = new StateStore<int>();
        for (UInt128 card = 0; card < States; card++) store.Open(card) = 1;
        store.BeginCopy((_, _) => { });
        for (UInt128 card = 0; card < States; card++) store.Open(card) = 2;
        int steps = 0;
        while (store.CopyNext()) steps++;
        Assert.InRange(steps, States / 1_024, States / 1_000);
    }

    static void Do(StateStore<int> store, Act act, UInt128 card, int value)
    {
        if (act == Act.Write) store.Open(card) += value;
        else if (act == Act.Remove) store.Remove(card);
        else
        {
            store.BeginSweep();
            store.SweepNext(3, (ref state) => state % 2 == 1, (_, _) => { });
        }
    }

    static void AssertRemovesOdd(StateStore<int> store, Dictionary<UInt128, int> twin)
    {
        UInt128[] odd = [.. twin.Where(entry => entry.Value % 2 == 1).Select(entry => entry.Key)];
        var removed = new List<UInt128>();
        store.BeginSweep();
        while (store.SweepNext(3, (ref state) => state % 2 == 1, Removed)) { }
        foreach (var card in odd) twin.Remove(card);
        Assert.Equal(odd.Order(), removed.Order());

        void Removed(UInt128 card, int state)
        {
            removed.Add(card);
            Assert.Equal(twin[card], state);
        }
    }
}
