package dev.mnc.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The objects of one namespace, by kind and name, and those who watch them. Every object that goes in or out is a copy. */
final class ApiObjects {

    /** What happens to an object, in the words of a watch. */
    enum Change {
        ADDED,
        MODIFIED,
        DELETED
    }

    /** An event of a watch. */
    record Event(Change change, ObjectNode object) {

        ObjectNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("type", change.name());
            json.set("object", object);
            return json;
        }
    }

    private record Watch(String kind, Predicate<JsonNode> wanted, BlockingQueue<Event> events) {}

    private final Map<String, Map<String, ObjectNode>> objects = new LinkedHashMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private long version;

    /** Returns the objects of a kind, for example {@code pods}, that a selector wants. */
    synchronized List<ObjectNode> list(String kind, Predicate<JsonNode> wanted) {
        return ofKind(kind).values().stream()
                .filter(wanted)
                .map(ObjectNode::deepCopy)
                .toList();
    }

    synchronized @Nullable ObjectNode find(String kind, String name) {
        ObjectNode object = ofKind(kind).get(name);
        return object == null ? null : object.deepCopy();
    }

    /** Returns the version of the namespace, which every change raises. */
    synchronized long version() {
        return version;
    }

    /** Puts a new object in, or another in its place; returns it with what the server adds. */
    synchronized ObjectNode put(String kind, ObjectNode given) {
        ObjectNode object = given.deepCopy();
        ObjectNode metadata = object.withObject("/metadata");
        ObjectNode before = ofKind(kind).get(metadata.path("name").asText());
        if (before == null) {
            metadata.put("uid", UUID.randomUUID().toString());
            metadata.put(
                    "creationTimestamp",
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        } else {
            for (String theirs : List.of("uid", "creationTimestamp")) {
                metadata.set(theirs, before.at("/metadata/" + theirs));
            }
        }
        if (kind.equals("pods") && !object.has("status")) {
            object.putObject("status").put("phase", "Pending");
        }
        return store(kind, object, before == null ? Change.ADDED : Change.MODIFIED);
    }

    /** Changes an object where it is still there. */
    synchronized void change(String kind, String name, Consumer<ObjectNode> change) {
        ObjectNode object = find(kind, name);
        if (object != null) {
            change.accept(object);
            ObjectNode unused = store(kind, object, Change.MODIFIED);
        }
    }

    /** Takes an object out. */
    synchronized void remove(String kind, String name) {
        ObjectNode object = ofKind(kind).remove(name);
        if (object != null) {
            object.withObject("/metadata").put("resourceVersion", Long.toString(++version));
            tell(kind, new Event(Change.DELETED, object));
        }
    }

    /** Returns a queue of all that happens to the objects that a selector wants, first those that are there already. */
    synchronized BlockingQueue<Event> watch(String kind, Predicate<JsonNode> wanted) {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        list(kind, wanted).forEach(object -> events.add(new Event(Change.ADDED, object)));
        watches.add(new Watch(kind, wanted, events));
        return events;
    }

    synchronized void unwatch(BlockingQueue<Event> events) {
        watches.removeIf(watch -> watch.events == events);
    }

    private ObjectNode store(String kind, ObjectNode object, Change change) {
        object.withObject("/metadata").put("resourceVersion", Long.toString(++version));
        ofKind(kind).put(object.at("/metadata/name").asText(), object);
        tell(kind, new Event(change, object.deepCopy()));
        return object.deepCopy();
    }

    private void tell(String kind, Event event) {
        for (Watch watch : watches) {
            if (watch.kind.equals(kind) && watch.wanted.test(event.object)) {
                watch.events.add(event);
            }
        }
    }

    private Map<String, ObjectNode> ofKind(String kind) {
        return objects.computeIfAbsent(kind, absent -> new LinkedHashMap<>());
    }
}
