package io.weir.proxy.admin;

import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.image.MetadataImage;

/** What there is to say of settings. Pure: any thread, never throws; errors are in the answers, one a resource. */
public interface ConfigAnswers {
    /** Values, where each comes from, types and documentation. */
    DescribeConfigsResponseData describe(MetadataImage image, DescribeConfigsRequestData request);

    /** The names of what has settings. */
    ListConfigResourcesResponseData list(MetadataImage image, ListConfigResourcesRequest request);
}
